"""What a guest says of themselves at a till: in an event only as ciphertext, under a key of that guest alone.

The key travels beside the events and is kept apart from them, itself sealed under the network's digest key, which
only tills and central hold. Whoever destroys the key erases the guest, while chains and ledgers stay whole
(DESIGN 8). Sealing is deterministic (AES-SIV): each key seals one content.
"""

import hashlib
import hmac
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sync.protocol.wire import WireError, canonical, read_canonical

GUEST_KEY_BYTES = 32
MAX_CHILDREN = 10

_FIRST_ID = 2**52
"""Above every number that central gives out itself, and still exact in every program that reads JSON."""
_ID_TAG = b"countersign/guest-id/1\0"
_DATA_TAG = b"countersign/guest-data/1"
_KEY_LABEL = b"countersign/guest-key/1"


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A child in a guest's profile; ``born`` is ``YYYY-MM-DD``, empty where nobody said."""

    name: str
    born: str = ""


class GuestData(msgspec.Struct, frozen=True, kw_only=True):
    """Who a guest is. ``phone`` is written as :func:`sync.rules.phone.fit_phone` writes it, None for none."""

    name: str
    phone: str | None = None
    email: str | None = None
    children: tuple[Child, ...] = ()


def guest_id_of(event: UUID) -> int:
    """Return the number of the guest whom an event registers: a till needs no office to know it."""
    digest = hashlib.sha256(_ID_TAG + event.bytes).digest()
    return _FIRST_ID + int.from_bytes(digest[:8], "big") % _FIRST_ID


def made_by_till(guest_id: int) -> bool:
    """Whether a guest's number was made at a till."""
    return guest_id >= _FIRST_ID


def seal_guest(key: bytes, event: UUID, data: GuestData) -> bytes:
    """Seal what a guest said, for the event that registers them."""
    return AESSIV(key).encrypt(canonical(data), [_DATA_TAG, event.bytes])


def open_guest(key: bytes, event: UUID, sealed: bytes) -> GuestData | None:
    """Open what :func:`seal_guest` made; None for what was sealed otherwise, or for another event."""
    try:
        return read_canonical(AESSIV(key).decrypt(sealed, [_DATA_TAG, event.bytes]), GuestData)
    except (InvalidTag, ValueError, WireError):
        return None


def seal_guest_key(digest_key: bytes, event: UUID, key: bytes) -> bytes:
    """Seal a guest's key for its way to central, and for its place beside the journal."""
    return _cipher(digest_key).encrypt(key, [event.bytes])


def open_guest_key(digest_key: bytes, event: UUID, sealed: bytes) -> bytes | None:
    """Open what :func:`seal_guest_key` made; None for anything else."""
    try:
        key = _cipher(digest_key).decrypt(sealed, [event.bytes])
    except (InvalidTag, ValueError):
        return None
    return key if len(key) == GUEST_KEY_BYTES else None


def _cipher(digest_key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(digest_key, _KEY_LABEL, hashlib.sha512))
