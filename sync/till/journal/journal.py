"""`journal.db`: the precious file. Events, leases and receipt numbers, written in one transaction.

All methods belong to the files' thread. Nothing may turn green before :meth:`Journal.commit` has returned.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sync.protocol.ids import uuid7
from sync.protocol.keys import SigningKey
from sync.protocol.leases import SignedGrant
from sync.protocol.payloads import ChainBreak, LeaseClosed, TillEnrolled
from sync.rules.user_error import UserError
from sync.till.clock import Clock, Randomness, Stamp
from sync.till.identity import Identity
from sync.till.journal import lease_book, notes, recent_leases, transfer, use_book
from sync.till.journal import lives as lives_book
from sync.till.journal.appending import MAX_ENTRIES, Head, Pen, append, read_head
from sync.till.journal.ballast import MIN_FREE_BYTES
from sync.till.journal.entries import Committed, Entry, Reopened
from sync.till.journal.file import CHAIN_DAMAGED, FOR_GOOD, RETIRED
from sync.till.journal.hearing import ENDED, JournalHearing
from sync.till.journal.held import StoredGrants
from sync.till.journal.transfer_file import read_file
from sync.till.sqlcipher import FAILURES

KEEP_MARKS_EVERY_MS = 60_000
"""How far the time's marks may run ahead of what is on disk before a commit writes them along."""

MAX_NOTE_CHARS = 100_000

log = logging.getLogger(__name__)


class Journal(JournalHearing):
    """The open journal. ``identity`` is who the till is (None before enrolment), ``time`` its trusted time."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        *,
        signing_key: SigningKey,
        clock: Clock,
        randomness: Randomness,
        cursor: Callable[[], tuple[str, int]],
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """Open the journal, or make one when there is none; raises ``UserError`` and keeps a damaged one as it is.

        ``cursor`` says up to where the feed is applied; ``free_bytes`` how much room the disk has.
        """
        super().__init__(path, key, clock, free_bytes=free_bytes)
        self._signing_key = signing_key
        self._randomness = randomness
        self._cursor = cursor
        self._free_bytes = free_bytes or (lambda: shutil.disk_usage(path.parent).free)
        # Nobody knows when an earlier process kept them last: the first commit does.
        self._marks_kept_by: Stamp | None = None
        self._head = self._read_head()
        ending = notes.read(self._connection, ENDED)
        if ending is not None:
            self._file.stop_for_good(FOR_GOOD[str(ending)])

    # -- writing ---------------------------------------------------------------------------------------------

    def become(self, identity: Identity, *, app_version: str) -> Committed | None:
        """Keep who the till is, and begin its chain with ``till.enrolled``.

        The same incarnation again only renews names and address (then None); a new one begins a new chain.
        """
        if self.identity is not None and identity.incarnation < self.identity.incarnation:
            msg = f"incarnation {identity.incarnation} is older than {self.identity.incarnation}"
            raise ValueError(msg)
        if self.identity is not None and identity.incarnation == self.identity.incarnation:
            self._file.write(lambda: notes.write_identity(self._connection, identity))
            self._take_identity(identity)
            return None
        enrolled = TillEnrolled(app_version=app_version, public_key=self._signing_key.public.hex())
        head = read_head(self._connection, identity.incarnation)
        event = self.new_event_id()

        def begin() -> tuple[list[Committed], Head]:
            self._connection.execute(
                "INSERT INTO incarnations (incarnation, public_key, opened_ms) VALUES (?, ?, ?)",
                (identity.incarnation, self._signing_key.public, self.time.now().at_ms),
            )
            notes.write_identity(self._connection, identity)
            notes.write(self._connection, ENDED, None)
            return append(self._connection, entries, head, self._pen(identity))

        entries = [Entry(payload=enrolled, event=event)]
        if self._file.stopped is not None and self._file.stopped.reason in FOR_GOOD:
            if self._file.stopped == CHAIN_DAMAGED:
                entries.append(Entry(payload=self._chain_break(), event=self.new_event_id()))
            # The new incarnation is the cure; the old chain is never written to again.
            self._file.resume()
        (committed, *_), self._head = self._file.write(begin, (event,))
        self._take_identity(identity)
        return committed

    def check_room(self) -> None:
        """Raise ``UserError`` when nothing could be recorded now; ask before a sale starts."""
        self._file.require_running()
        self.check_free()

    def check_free(self) -> None:
        """Raise ``UserError`` when the disk has no room for a sale, whatever else the journal's state is."""
        if self._free_bytes() < MIN_FREE_BYTES:
            raise UserError(
                "disk_low",
                "This computer's disk is almost full: nothing new can be recorded.",
                "Free some space, then go on. What was recorded is safe.",
            )

    def new_event_id(self) -> UUID:
        """Make an id for an event, to be preset where another event must name it."""
        return uuid7(self.time.now().at_ms, self._randomness.take(10))

    def commit(self, entries: Sequence[Entry]) -> list[Committed]:
        """Record entries, with their lease debits and receipt numbers, in one transaction; durable on return.

        Raises ``LeaseShort`` (nothing written), ``AlreadyRecorded`` (nothing written), ``UserError`` with
        reason ``disk_full``, ``disk_low`` or ``not_enrolled`` (nothing written), or with reason
        ``commit_unknown``: then the journal has stopped, and :meth:`reopen` tells what became of it.
        """
        self.check_room()
        return self._append(entries, lambda: None)

    def close_lease(self, lease: UUID, why: str) -> Committed | None:
        """Give back what is left of a lease: commits ``lease.closed``. None when it is not open."""
        closed = self.close_leases({lease: why})
        return closed[0] if closed else None

    def close_leases(self, reasons: Mapping[UUID, str]) -> list[Committed]:
        """Give several leases back in one transaction; those that are not open any more are passed over.

        On a full disk this goes on: units that nobody can spend here are needed elsewhere.
        """
        open_leases = [self.lease(lease) for lease in reasons]
        closed = [
            LeaseClosed(lease=held.lease, spent=held.units - held.left, why=reasons[held.lease])
            for held in open_leases
            if held is not None
        ]
        if not closed:
            return []

        def mark() -> None:
            for each in closed:
                lease_book.mark_closed(self._connection, each.lease, spent=each.spent)

        return self._append([Entry(payload=each) for each in closed], mark, essential=True)

    def store_grants(self, grants: Iterable[SignedGrant]) -> StoredGrants:
        """Store what central granted, after checking its signature; known and closed leases stay as they are."""
        identity = self._require_identity()
        return self._file.write(lambda: lease_book.store(self._connection, identity, grants))

    def set_note(self, name: str, text: str | None) -> None:
        """Keep a short text under a name, for use cases (None removes it)."""
        if text is not None and len(text) > MAX_NOTE_CHARS:
            msg = f"a note has at most {MAX_NOTE_CHARS} characters"
            raise ValueError(msg)
        self._file.write(lambda: notes.write(self._connection, f"note:{name}", text))

    def keep_marks(self) -> None:
        """Put the trusted time's marks on disk."""
        if self._file.stopped is None:
            self._file.write(self._keep_marks)

    # -- moving to another machine ---------------------------------------------------------------------------

    def export_to(self, path: Path, *, retire: bool = False) -> int:
        """Write the whole journal into a signed file; return how many events it holds.

        ``retire`` first gives every lease back and ends this life: nothing is recorded here any more, so that
        what the file says of the leases stays true.
        """
        identity = self._require_identity()
        if retire and self.ended() is None:
            leases = self.open_lease_ids()
            for start in range(0, len(leases), MAX_ENTRIES):
                self.close_leases(dict.fromkeys(leases[start : start + MAX_ENTRIES], "retired"))
            self._file.write(lambda: notes.write(self._connection, ENDED, RETIRED.reason))
            self._file.stop_for_good(RETIRED)
        try:
            return transfer.export_to(self._connection, path, identity, self._signing_key)
        except FAILURES as error:
            raise self._file.failed_to_read(error) from error

    def import_from(self, path: Path) -> transfer.Taken:
        """Take in what an earlier machine of this till recorded; what the office lacks of it goes up from here."""
        identity = self._require_identity()
        content = read_file(path, identity)
        return self._file.write(lambda: transfer.take_in(self._connection, content, identity))

    # -- the file's own life -----------------------------------------------------------------------------------

    def reopen(self) -> Reopened:
        """After a stop: check the file and say whether the events in doubt are recorded.

        Raises ``UserError`` (and stays stopped) while the disk still refuses.
        """
        found = self._file.reopen()
        self._head = self._read_head()
        return found

    def fold(self) -> None:
        """File what is only in memory and write the WAL into the file, when nobody waits: no sale pays for it."""
        self._file_uses()
        if self._file.stopped is None:
            recent_leases.forget_old(self._connection, now_ms=self.time.now().at_ms)
        self._file.fold()

    def close(self) -> None:
        """Keep the time's marks, file what is only in memory, fold the WAL and close."""
        try:
            self.keep_marks()
            self._file_uses()
        except UserError as error:
            log.info("the time's marks were not kept: %s", error)
        self._file.close()

    # -- inside ------------------------------------------------------------------------------------------------

    def _append(
        self, entries: Sequence[Entry], also: Callable[[], None], *, essential: bool = False
    ) -> list[Committed]:
        identity = self._require_identity()
        self._file.require_running()
        pen = self._pen(identity)
        named = [entry if entry.event else replace(entry, event=self.new_event_id()) for entry in entries]
        due = self._marks_are_due(pen.stamp)

        def work() -> tuple[list[Committed], Head]:
            also()
            if due:
                self._keep_marks()
            return append(self._connection, named, self._head, pen)

        events = tuple(entry.event for entry in named if entry.event)
        committed, self._head = self._file.write(work, events, essential=essential)
        if due:
            # Only now: what was rolled back has kept no marks, and the next commit writes them.
            self._marks_kept_by = pen.stamp
        return committed

    def _file_uses(self) -> None:
        if self._file.stopped is None and use_book.is_due(self._connection):
            self._file.write(lambda: use_book.file_uses(self._connection))

    def _pen(self, identity: Identity) -> Pen:
        return Pen(identity=identity, key=self._signing_key, stamp=self.time.stamp(), cursor=self._cursor())

    def _marks_are_due(self, now: Stamp) -> bool:
        """Whether a minute has passed, or central has moved the time by more: the mark is never far behind an event."""
        then = self._marks_kept_by
        if then is None or now.monotonic_ms - then.monotonic_ms >= KEEP_MARKS_EVERY_MS:
            return True
        certain, kept = (each.trusted_ms - each.uncertainty_ms for each in (now, then))
        return abs(certain - kept) >= KEEP_MARKS_EVERY_MS

    def _keep_marks(self) -> None:
        marks = self.time.marks()
        if marks != notes.read_marks(self._connection):
            notes.write_marks(self._connection, marks)

    def _read_head(self) -> Head:
        return read_head(self._connection, 0 if self.identity is None else self.identity.incarnation)

    def _chain_break(self) -> ChainBreak:
        """Say what the new life follows: the last event of the old one that is whole."""
        incarnation = self._head.incarnation
        return ChainBreak(
            found="the newest events cannot be read",
            last_good_incarnation=incarnation,
            last_good_seq=lives_book.last_sound_seq(self._connection, incarnation),
        )

    def _require_identity(self) -> Identity:
        if self.identity is None:
            raise UserError(
                "not_enrolled",
                "This till is not enrolled yet.",
                "Ask the office for an enrolment code and enrol it first.",
            )
        return self.identity

    def _take_identity(self, identity: Identity) -> None:
        self.identity = identity
        self.time.zone = identity.zone
