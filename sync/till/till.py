"""`Till`: one open till, the object that use cases and the agent are given."""

import json
import logging
from collections.abc import Callable
from contextlib import ExitStack

from sync.protocol.keys import SigningKey
from sync.rules.user_error import UserError
from sync.till.cache.replica import Cache
from sync.till.clock import Clock, Randomness, SystemClock, SystemRandomness, TrustedTime
from sync.till.home import TillHome, write_owner_only
from sync.till.identity import Identity
from sync.till.journal.journal import Journal
from sync.till.secrets import SecretStore
from sync.till.sqlcipher import side_files

log = logging.getLogger(__name__)


class Till:
    """Cache, journal, identity, secrets and time of one home, which it holds locked while it is open.

    Its files belong to one thread (:class:`sync.till.worker.Files`); ``time`` may be asked from any.
    """

    def __init__(
        self,
        home: TillHome,
        *,
        clock: Clock,
        randomness: Randomness,
        secrets_store: SecretStore,
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """Take the lock and open everything; use :meth:`open`."""
        self.home = home
        self.randomness = randomness
        self._store = secrets_store
        with ExitStack() as opening:
            opening.enter_context(home.lock())
            self.secrets = secrets_store.load_or_make()
            _refuse_a_missing_journal(home)
            self.cache = Cache(home.cache_file, self.secrets.file_key, self.secrets.digest_key)
            opening.callback(self.cache.close)
            self.signing_key = SigningKey(self.secrets.signing_seed)
            self.journal = Journal(
                home.journal_file,
                self.secrets.file_key,
                signing_key=self.signing_key,
                clock=clock,
                randomness=randomness,
                cursor=self.cache.cursor,
                free_bytes=free_bytes,
            )
            opening.callback(self.journal.close)
            self._closing = opening.pop_all()

    @staticmethod
    def open(
        home: TillHome,
        *,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        secrets_store: SecretStore | None = None,
        free_bytes: Callable[[], int] | None = None,
    ) -> "Till":
        """Open the till of a home, or make a new one that is not enrolled yet.

        Raises ``UserError``: ``already_open``, ``home_unusable``, ``key_missing``, ``key_damaged``,
        ``keyring_unreachable``, ``journal_missing``, ``journal_damaged``, ``journal_newer``,
        ``journal_unusable``. In none of these cases anything is changed.
        """
        randomness = randomness or SystemRandomness()
        return Till(
            home,
            clock=clock or SystemClock(),
            randomness=randomness,
            secrets_store=secrets_store or SecretStore(home, randomness),
            free_bytes=free_bytes,
        )

    @property
    def identity(self) -> Identity | None:
        """Who the till is; None before enrolment."""
        return self.journal.identity

    @property
    def time(self) -> TrustedTime:
        """The till's trusted time."""
        return self.journal.time

    @property
    def findings(self) -> list[str]:
        """Sentences about what was found amiss: the warning about secrets, a replica set aside."""
        warning = self._store.warning
        return [*([] if warning is None else [warning]), *self.cache.findings]

    def become(self, identity: Identity, *, digest_key: bytes, app_version: str) -> None:
        """Keep who the till is now, and begin its chain with ``till.enrolled``.

        Again with the same incarnation it changes nothing but names and address.
        """
        self.secrets = self._store.save_digest_key(digest_key)
        self.cache.digest_key = digest_key
        self.journal.become(identity, app_version=app_version)
        place = {"network": identity.network, "restaurant": identity.restaurant, "till": identity.till}
        write_owner_only(self.home.identity_file, json.dumps(place).encode("ascii"))

    def tidy(self) -> None:
        """Do what can wait until nobody does; given to ``Files`` as its idle work."""
        self.journal.fold()
        self.journal.prune()

    def close(self) -> None:
        """Close both files and give the home free. May be called twice."""
        self._closing.close()


def _refuse_a_missing_journal(home: TillHome) -> None:
    """Refuse to begin a new journal where one is known to have been."""
    journal = home.journal_file
    if journal.exists():
        return
    wal, _ = side_files(journal)
    if home.identity_file.exists() or (wal.exists() and wal.stat().st_size > 0):
        raise UserError(
            "journal_missing",
            f"The till's journal {journal} is gone, though this till has been in use.",
            "Put the file back from where it was moved. If it is lost, tell the office and enrol a new till in "
            "another folder (--home).",
        )
