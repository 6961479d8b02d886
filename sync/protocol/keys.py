"""Ed25519 keys: the till's own, and central's.

Every signature is over a domain tag and the content, so that a signature made for one purpose can never
be shown as another.
"""

from enum import Enum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64


class Purpose(Enum):
    """What a signature is for; its value is the domain tag."""

    EVENT = b"countersign/event/1\0"
    TOKEN_REQUEST = b"countersign/token/1\0"
    ENROLMENT = b"countersign/enrolment/1\0"
    LEASE = b"countersign/lease/1\0"
    SNAPSHOT = b"countersign/snapshot/1\0"
    LEASE_INVENTORY = b"countersign/lease-inventory/1\0"
    VOUCHER = b"countersign/voucher/1\0"
    CERTIFICATE = b"countersign/certificate/1\0"
    RENEWAL = b"countersign/renewal/1\0"
    READMISSION = b"countersign/readmission/1\0"
    ANCHOR = b"countersign/anchor/1\0"
    JOURNAL_FILE = b"countersign/journal-file/1\0"
    RECEIPT = b"countersign/receipt/1\0"


class SigningKey:
    """A private key. It never leaves the machine on which it was made."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32-byte seed."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: bytes = self._key.public_key().public_bytes_raw()

    def sign(self, purpose: Purpose, content: bytes) -> bytes:
        """Sign content (64 bytes) for one purpose."""
        return self._key.sign(purpose.value + content)


class VerifyKey:
    """A public key."""

    def __init__(self, public: bytes) -> None:
        """Take the 32 raw bytes."""
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def verifies(self, purpose: Purpose, content: bytes, signature: bytes) -> bool:
        """Whether the signature was made for this purpose and content by the matching private key."""
        try:
            self._key.verify(signature, purpose.value + content)
        except InvalidSignature:
            return False
        return True
