"""The till's secrets: kept by the operating system's keyring, else in an owner-only file with a visible warning."""

from dataclasses import dataclass

from sync.till.clock import Randomness
from sync.till.home import TillHome


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSecrets:
    """``file_key`` opens the databases, ``signing_seed`` is the till's Ed25519 key (32 bytes each).

    ``digest_key`` is the network's, None before enrolment.
    """

    file_key: bytes
    signing_seed: bytes
    digest_key: bytes | None = None


class SecretStore:
    """Loads and keeps the secrets of one home. ``warning`` is the sentence to show when a file holds them."""

    warning: str | None

    def __init__(self, home: TillHome, randomness: Randomness) -> None: ...

    def load_or_make(self) -> TillSecrets:
        """Return the secrets; made at first use, never made anew while a journal exists."""
        ...

    def save_digest_key(self, digest_key: bytes) -> TillSecrets:
        """Keep the network's digest key beside the others."""
        ...
