"""Secret keys on their way to a network's tills: sealed under the digest key, which only tills and central hold.

What travels in the feed also lies in central's database; whoever reads that database learns no key from it.
Sealing is deterministic (AES-SIV), so that a row is the same bytes however often it is made.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_LABEL = b"countersign/sealed-key/1"


def seal_key(digest_key: bytes, number: int, key: bytes) -> bytes:
    """Seal a key under its number."""
    return _cipher(digest_key).encrypt(key, [number.to_bytes(8, "big")])


def open_key(digest_key: bytes, number: int, sealed: bytes) -> bytes | None:
    """Open what :func:`seal_key` made; None for what was sealed otherwise, or for another number."""
    try:
        return _cipher(digest_key).decrypt(sealed, [number.to_bytes(8, "big")])
    except (InvalidTag, ValueError):
        return None


def _cipher(digest_key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(digest_key, _LABEL, hashlib.sha512))
