"""One event of a till's journal: what is in its bytes, and how they are hashed and signed.

The envelope holds everything that settles leases and orders events; the payload is opaque to it, so that
a payload nobody can apply still settles its units (DESIGN 5).
"""

import hashlib
from typing import Any
from uuid import UUID

import msgspec

from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.wire import canonical, read_canonical

ENVELOPE_VERSION = 1
HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)
"""The ``previous`` of the first event of an incarnation."""

MAX_EVENT_BYTES = 64 * 1024
_HASH_TAG = b"countersign/hash/1\0"


class Spend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units that this event takes from one lease."""

    lease: UUID
    units: int


class Restore(msgspec.Struct, frozen=True):
    """Units of one lease that this event gives back, because it undoes the event ``of`` that had spent them.

    ``here`` says that the till has put them back into the lease itself, in the transaction of this event: it
    can, while the lease is its own, of this incarnation and open. Otherwise central gives them to the pool.
    """

    lease: UUID
    units: int
    of: UUID
    here: bool = False


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around every payload.

    ``v`` envelope version · ``network``, ``till``, ``incarnation``, ``seq`` its place · ``event`` its id
    (UUIDv7) · ``kind`` and ``kind_version`` what the payload is · ``previous`` hex hash of the event
    before · ``wall_ms`` the wall clock · ``trusted_ms`` ± ``uncertainty_ms`` the trusted instant ·
    ``monotonic_ms`` the boot-time clock within ``boot`` (the kernel's boot id) · ``cursor`` feed epoch
    and number that the till had applied · ``staff`` who acted, None for the till itself · ``spends``
    units taken from leases · ``restores`` units given back.
    """

    network: int
    till: int
    incarnation: int
    seq: int
    event: UUID
    kind: str
    kind_version: int
    previous: str
    wall_ms: int
    trusted_ms: int
    uncertainty_ms: int
    monotonic_ms: int
    boot: str
    cursor: tuple[str, int]
    payload: msgspec.Raw
    staff: int | None = None
    spends: tuple[Spend, ...] = ()
    restores: tuple[Restore, ...] = ()
    v: int = ENVELOPE_VERSION


class SignedEvent(msgspec.Struct, frozen=True, array_like=True):
    """An event as it is stored and sent: its canonical bytes and the till's signature over their hash."""

    body: bytes
    signature: bytes


def event_hash(body: bytes) -> bytes:
    """Return the 32-byte SHA-256 that chains an event: over a tag and its canonical bytes."""
    return hashlib.sha256(_HASH_TAG + body).digest()


def encode_envelope(fields: dict[str, Any], payload: object) -> bytes:
    """Make the canonical bytes of an envelope around a payload struct."""
    envelope = Envelope(payload=msgspec.Raw(canonical(payload)), **fields)
    return canonical(envelope)


def read_envelope(body: bytes) -> Envelope:
    """Decode canonical bytes; raises ``WireError`` when the envelope itself is broken."""
    return read_canonical(body, Envelope)


def sign_event(key: SigningKey, body: bytes) -> SignedEvent:
    """Sign canonical bytes with the till's key."""
    return SignedEvent(body, key.sign(Purpose.EVENT, event_hash(body)))


def verifies(key: VerifyKey, event: SignedEvent) -> bool:
    """Whether the till's signature stands on this event."""
    return key.verifies(Purpose.EVENT, event_hash(event.body), event.signature)
