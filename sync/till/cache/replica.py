"""`cache.db`: what the till knows of the network. A replica that can be thrown away.

All methods belong to the files' thread. Damage is never fatal: the file is set aside, an empty one takes
its place, and the till says that it waits for a new copy.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import FeedPage, GuestRow, Manifest, SettingsRow, StaffRow
from sync.rules.campaign import Campaign
from sync.rules.normalise import exact
from sync.rules.user_error import UserError
from sync.rules.voucher_text import SignedVoucher
from sync.till.cache import reading
from sync.till.cache.apply import apply_changes, retry_unreadable
from sync.till.cache.codes import UNREADABLE_CODES, read_codes_again
from sync.till.cache.found import CacheStatus, Found, FoundCard, FoundCode, NotFound
from sync.till.cache.guests import Guests
from sync.till.cache.rebuild import ON_DISK, Rebuild, not_stored, remove_database
from sync.till.cache.schema import MIGRATIONS
from sync.till.home import sync_folder
from sync.till.sqlcipher import (
    CACHE,
    FAILURES,
    Connection,
    Trouble,
    connect,
    create,
    fold_wal,
    migrate,
    schema_version,
    side_files,
    transaction,
    trouble,
)

T = TypeVar("T")


log = logging.getLogger(__name__)


class EpochChanged(UserError):
    """The page belongs to another life of the feed than the replica (or there is no replica yet)."""

    def __init__(self) -> None:
        """Say what happens next."""
        super().__init__(
            "epoch_changed",
            "The office has started its feed anew; this till takes a fresh copy of its data.",
            "Nothing needs to be done.",
        )


class Cache:
    """The open replica. ``findings`` holds sentences about what was wrong when it was opened or read."""

    def __init__(self, path: Path, key: bytes, digest_key: bytes | None) -> None:
        """Open the replica, or make an empty one. ``digest_key`` is None before enrolment."""
        self.findings: list[str] = []
        self.digest_key = digest_key
        self.guests = Guests(self)
        self._path = path
        self._key = key
        self._badges: dict[bytes, int] | None = None
        self._known_cursor: tuple[str, int] | None = None
        self._in_doubt = False
        self._connection = self._open()

    def status(self) -> CacheStatus:
        """How the replica stands."""
        return self._run(self._status)

    def cursor(self) -> tuple[str, int]:
        """Return the feed's epoch and number up to which rows are in; ``("", 0)`` before the first snapshot."""
        if self._known_cursor is None:
            self._known_cursor = self._run(self._cursor)
        return self._known_cursor

    def find(self, text: str) -> Found:
        """Find what a scanned or typed text stands for: a code, a card, a badge, or nothing."""
        if self.digest_key is None:
            return NotFound(digest=b"", loaded=False)
        key = self.digest_key
        return self._run(lambda: self._find(key, text))

    def voucher(self, proven: SignedVoucher, text: str) -> FoundCode | None:
        """Find the code of a voucher that proved itself by its text; None when the office has deleted it."""
        digest = self.nothing(text).digest
        return self._run(lambda: reading.voucher(self._connection, proven, digest))

    def code(self, code_id: int) -> FoundCode | None:
        """Find a code by its number, as a guest's wallet names it; None when it is not known here."""
        digest = self.nothing(f"code {code_id}").digest
        return self._run(lambda: reading.code(self._connection, code_id, digest))

    def card(self, card_id: int, text: str) -> FoundCard | None:
        """Find a card that proved itself by its text; None when it has not come yet."""
        digest = self.nothing(text).digest
        return self._run(lambda: reading.card(self._connection, card_id, digest))

    def nothing(self, text: str) -> NotFound:
        """Name a text that stands for nothing here by its digest."""
        key = self.digest_key
        digest = b"" if key is None else keyed_digest(key, Subject.CODE, exact(text))
        return NotFound(digest=digest, loaded=True)

    def settings(self) -> SettingsRow | None:
        """Return the network's settings, None before they came."""
        return self._run(lambda: reading.only_row(self._connection, "settings", SettingsRow))

    def staff(self) -> list[StaffRow]:
        """Return everybody who is known, the inactive too."""
        return self._run(lambda: reading.staff(self._connection))

    def guest(self, guest_id: int) -> GuestRow | None:
        """Return a guest by id; of one who turned out to be another, that other."""
        return self._run(lambda: reading.guest(self._connection, guest_id))

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do work that only reads, with what is done about damage."""
        return self._run(lambda: work(self._connection))

    def campaign(self, campaign_id: int) -> Campaign | None:
        """Return a campaign by id; None when it is unknown."""
        return self._run(lambda: reading.campaign(self._connection, campaign_id))

    def apply_page(self, page: FeedPage) -> int:
        """Apply a page and its cursor in one transaction; return how many rows were newer.

        Raises :class:`EpochChanged` when a snapshot is needed first. A page that comes late or twice changes
        nothing, and the cursor never goes back.
        """
        return self._run(lambda: self._apply(page))

    def note_compared(self, at_ms: int) -> None:
        """Note that the replica was compared with central, at central's time."""
        self._run(lambda: self._note("compared_ms", str(at_ms)))

    def begin_rebuild(self, manifest: Manifest, *, as_of_ms: int = 0) -> Rebuild:
        """Begin (or go on with) a new replica from a snapshot; ``as_of_ms`` is central's clock at it."""
        path = self._path.with_name(self._path.name + ".new")
        return Rebuild(path, self._key, manifest, swap=self._swap_in, as_of_ms=as_of_ms)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _run(self, work: Callable[[], T]) -> T:
        """Do work on the file; what is damaged when it has been opened anew, too, is set aside for an empty one.

        A read or write that failed once may leave a connection with half of an index in its memory, and days later
        that looks like damage: such a connection is not used again, and damage is believed only when a new one has it.
        """
        if self._in_doubt:
            self._open_anew()
        for opened_anew in (False, True):
            try:
                return work()
            except FAILURES as error:
                kind = trouble(error)
                if kind in ON_DISK:
                    self._in_doubt = kind is Trouble.DISK
                    raise not_stored(error) from error
                if kind is not Trouble.DAMAGED:
                    raise
                log.info("cache.db seems damaged: %s", error)
                if opened_anew:
                    # Until an empty one stands there, whoever comes next tries it again: this one is closed.
                    self._in_doubt = True
                    self._connection.close()
                    self._set_aside(str(error))
                    self._connection = self._make()
                    self._in_doubt = False
                else:
                    self._open_anew()
        return work()

    def _open_anew(self) -> None:
        """Open the file once more; raises ``UserError`` while it cannot be used, and tries again with the next work."""
        self._in_doubt = True
        self._connection.close()
        self._forget()
        self._connection = self._open()
        self._in_doubt = False

    def _open(self) -> Connection:
        size = self._path.stat().st_size if self._path.exists() else 0
        if size == 0:
            # Without the file its WAL is of no use, and would be taken for the new file's.
            remove_database(self._path)
            return self._make()
        if size < CACHE.page_bytes:
            self._set_aside(f"it has only {size} bytes")
            return self._make()
        try:
            connection = connect(self._path, self._key, CACHE)
        except FAILURES as error:
            if trouble(error) is not Trouble.DAMAGED:
                raise self._unusable(error) from error
            self._set_aside(str(error))
            return self._make()
        try:
            if schema_version(connection) <= len(MIGRATIONS):
                migrate(connection, MIGRATIONS)
                with transaction(connection):
                    retry_unreadable(connection)
                    read_codes_again(connection)
                return connection
            problem = "a newer version of this program made it"
        except FAILURES as error:
            if trouble(error) is not Trouble.DAMAGED:
                connection.close()
                raise self._unusable(error) from error
            problem = str(error)
        connection.close()
        self._set_aside(problem)
        return self._make()

    def _make(self) -> Connection:
        try:
            return create(self._path, self._key, MIGRATIONS, CACHE)
        except (*FAILURES, OSError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> UserError:
        return UserError(
            "cache_unusable",
            f"The till's file {self._path} cannot be used: {error}.",
            "Check the disk's space and that the folder is yours.",
        )

    def _set_aside(self, problem: str) -> None:
        """Keep one damaged replica for whoever wants to look at it; the newest is enough."""
        kept = self._path.with_name(self._path.name + ".damaged")
        try:
            remove_database(kept)
            for file, target in zip(
                (*side_files(self._path), self._path), (*side_files(kept), kept), strict=True
            ):
                if file.exists():
                    file.replace(target)
        except OSError as error:
            raise self._unusable(error) from error
        self._forget()
        log.info("cache.db set aside as %s: %s", kept, problem)
        self.findings.append(
            f"The till's copy of the office's data could not be used ({problem}). It was set aside as {kept.name}; "
            "a new copy is fetched as soon as the office can be reached. Sales that were recorded are not touched."
        )

    def _swap_in(self, new: Path, number: int) -> None:
        """Put a finished replica in the live one's place.

        The live file's WAL must be gone before the new file takes its name, or SQLite would lay it over
        the new one; so it is folded first, and without it the old file is still whole.
        """
        try:
            fold_wal(self._connection)
        except FAILURES as error:
            raise not_stored(error) from error
        self._connection.close()
        try:
            for file in side_files(self._path):
                file.unlink(missing_ok=True)
            for file in side_files(new):
                file.unlink(missing_ok=True)
            new.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise not_stored(error) from error
        finally:
            self._open_anew()
        log.info("cache.db replaced by the snapshot at %s", number)

    def _forget(self) -> None:
        """Drop what was remembered of the rows: they have changed."""
        self._badges = None
        self._known_cursor = None

    def _meta(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT name, content FROM meta").fetchall())

    def _note(self, name: str, content: str) -> None:
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO meta (name, content) VALUES (?, ?)", (name, content)
            )

    def _status(self) -> CacheStatus:
        meta = self._meta()
        as_of = int(meta.get("as_of_ms", "0"))
        return CacheStatus(
            ready=meta.get("ready") == "1",
            epoch=meta.get("epoch", ""),
            number=int(meta.get("number", "0")),
            as_of_ms=as_of or None,
            codes=int(meta.get("codes", "0")),
            guests=int(meta.get("guests", "0")),
            unreadable=self._connection.execute("SELECT count(*) FROM unreadable").fetchone()[0]
            + int(meta.get(UNREADABLE_CODES, "0")),
            compared_ms=int(meta.get("compared_ms", "0")) or None,
        )

    def _cursor(self) -> tuple[str, int]:
        meta = self._meta()
        return meta.get("epoch", ""), int(meta.get("number", "0"))

    def _apply(self, page: FeedPage) -> int:
        with transaction(self._connection):
            meta = self._meta()
            if meta.get("ready") != "1" or meta.get("epoch") != page.epoch:
                raise EpochChanged
            applied = apply_changes(self._connection, page.changes)
            self._connection.executemany(
                "INSERT OR REPLACE INTO meta (name, content) VALUES (?, ?)",
                [
                    ("number", str(max(int(meta["number"]), page.number))),
                    ("as_of_ms", str(max(int(meta.get("as_of_ms", "0")), page.server_ms))),
                ],
            )
        self._forget()
        return applied

    def _find(self, digest_key: bytes, text: str) -> Found:
        if self._badges is None:
            self._badges = reading.badges(self._connection)
        found = reading.find(self._connection, digest_key, text, self._badges)
        return (
            replace(found, loaded=self._meta().get("ready") == "1") if isinstance(found, NotFound) else found
        )
