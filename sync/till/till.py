"""`Till`: one open till, the object that use cases and the agent are given."""

from sync.till.cache.replica import Cache
from sync.till.clock import Clock, Randomness, TrustedTime
from sync.till.home import TillHome
from sync.till.identity import Identity
from sync.till.journal.journal import Journal
from sync.till.secrets import SecretStore, TillSecrets


class Till:
    """Cache, journal, identity, secrets and time of one home, which it holds locked while it is open."""

    home: TillHome
    cache: Cache
    journal: Journal
    time: TrustedTime
    secrets: TillSecrets
    randomness: Randomness
    findings: list[str]

    @property
    def identity(self) -> Identity | None:
        """Who the till is; None before enrolment."""
        ...

    @staticmethod
    def open(
        home: TillHome,
        *,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        secrets_store: SecretStore | None = None,
    ) -> "Till": ...
    def become(self, identity: Identity, *, digest_key: bytes, app_version: str) -> None:
        """Keep who the till is now, and write the first event of its chain (``till.enrolled``)."""
        ...

    def close(self) -> None: ...
