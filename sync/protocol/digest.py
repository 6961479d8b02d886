"""Keyed digests: how a till knows a code without holding it.

HMAC-SHA256 under the network's digest key, truncated to 16 bytes, with a tag for what is digested, so
that a card number can never be taken for a code.
"""

import hashlib
import hmac
from enum import Enum

DIGEST_BYTES = 16


class Subject(Enum):
    """What is digested; its value is the domain tag."""

    CODE = b"code\0"
    CARD = b"card\0"
    DIGITS = b"digits\0"
    PHONE = b"phone\0"
    EMAIL = b"email\0"
    BADGE = b"badge\0"


def keyed_digest(key: bytes, subject: Subject, text: str) -> bytes:
    """Digest one text (16 bytes). Lone surrogates, which a scanner can produce, are kept distinct."""
    content = subject.value + text.encode("utf-8", "surrogatepass")
    return hmac.digest(key, content, hashlib.sha256)[:DIGEST_BYTES]
