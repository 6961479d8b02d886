"""What an open journal answers without writing anything."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sync.protocol.leases import LimitKind, SignedGrant
from sync.protocol.payloads import PointsAdjusted
from sync.protocol.upload import MAX_BATCH_BYTES, MAX_BATCH_EVENTS, Batch
from sync.till.clock import Clock, TrustedTime
from sync.till.identity import Identity
from sync.till.journal import (
    glance,
    lease_book,
    lease_review,
    lives,
    notes,
    settling,
    shift_book,
    undo_book,
    use_book,
)
from sync.till.journal.entries import JournalStatus, Recent, Verification
from sync.till.journal.file import JournalFile
from sync.till.journal.held import HeldLease
from sync.till.journal.lease_review import LowLimit, OverLease
from sync.till.journal.lease_standing import KindHeld, held_by_kind
from sync.till.journal.shift_book import Placed, ShiftMarks
from sync.till.journal.undo_book import Undoable
from sync.till.journal.use_book import OwnUses
from sync.till.journal.verify import verify_journal
from sync.till.sqlcipher import FAILURES, Connection

MAX_RECENT = 1_000

Journal = TypeVar("Journal", bound="JournalReading")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def _watched(
    method: Callable[Concatenate[Journal, Asked], Answer],
) -> Callable[Concatenate[Journal, Asked], Answer]:
    """Let a disk that fails while the journal is read stop it, with a sentence, as when it is written."""

    @wraps(method)
    def watching(journal: Journal, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            return method(journal, *args, **kwargs)
        except FAILURES as error:
            raise journal._file.failed_to_read(error) from error  # noqa: SLF001  # its own kind

    return watching


class JournalReading:
    """The open file, who the till is, and its trusted time. Everything belongs to the files' thread."""

    def __init__(
        self, path: Path, key: bytes, clock: Clock, *, free_bytes: Callable[[], int] | None = None
    ) -> None:
        """Open the file, or make one when there is none; raises ``UserError`` and keeps a damaged one as it is."""
        self.path = path
        self._file = JournalFile(path, key, free_bytes=free_bytes)
        self.identity: Identity | None = notes.read_identity(self._connection)
        zone = "UTC" if self.identity is None else self.identity.zone
        self.time = TrustedTime(clock, notes.read_marks(self._connection), zone=zone)

    @_watched
    def held(
        self, kind: LimitKind, subject: int, guest: int = 0, *, operation: UUID | None = None
    ) -> HeldLease | None:
        """Return the lease to spend from now: open, not expired by trusted time, something left.

        A sale-bound lease is only found by the ``operation`` under which it was asked for.
        """
        if self.identity is None:
            return None
        return lease_book.find_held(
            self._connection,
            incarnation=self.identity.incarnation,
            now_ms=self.time.now().at_ms,
            kind=kind,
            subject=subject,
            guest=guest,
            operation=operation,
        )

    @_watched
    def spendable(self, kind: LimitKind, subject: int, guest: int = 0) -> list[HeldLease]:
        """Return all leases of a limit that any sale may spend from now, the soonest to expire first."""
        if self.identity is None:
            return []
        return lease_book.list_spendable(
            self._connection,
            incarnation=self.identity.incarnation,
            now_ms=self.time.now().at_ms,
            kind=kind,
            subject=subject,
            guest=guest,
        )

    @_watched
    def own_uses(
        self, *, campaign: int, code: int, guest: int | None, since_ms: int, until_ms: int
    ) -> OwnUses:
        """Count what this till itself has recorded; see :func:`sync.till.journal.use_book.own_uses`."""
        return use_book.own_uses(
            self._connection,
            campaign=campaign,
            code=code,
            guest=guest,
            since_ms=since_ms,
            until_ms=until_ms,
        )

    @_watched
    def lease(self, lease: UUID) -> HeldLease | None:
        """Return an open lease by id, expired or exhausted ones too."""
        return lease_book.find_lease(self._connection, lease)

    @_watched
    def leases(self) -> list[HeldLease]:
        """Return every open lease with something left, expired ones too: they are to be closed."""
        return (
            [] if self.identity is None else lease_book.list_open(self._connection, self.identity.incarnation)
        )

    @_watched
    def open_lease_ids(self) -> list[UUID]:
        """Return what :meth:`leases` returns, by id only, in a quarter of the time."""
        if self.identity is None:
            return []
        return lease_book.list_ids(self._connection, self.identity.incarnation)

    @_watched
    def over_leases(self, *, idle_ms: int, limit: int) -> list[OverLease]:
        """Return leases that should go back: expired, spent long ago, left over from a sale, or idle so long."""
        if self.identity is None:
            return []
        return lease_review.list_over(
            self._connection,
            self.identity.incarnation,
            now_ms=self.time.now().at_ms,
            idle_ms=idle_ms,
            limit=limit,
        )

    @_watched
    def low_limits(self, limit: int) -> list[LowLimit]:
        """Return the limits that were used lately and of which little is left here."""
        if self.identity is None:
            return []
        return lease_review.list_low(
            self._connection, self.identity.incarnation, now_ms=self.time.now().at_ms, limit=limit
        )

    @_watched
    def held_by_kind(self) -> list[KindHeld]:
        """Sum up the leases that stand with this till, kind by kind."""
        if self.identity is None:
            return []
        return held_by_kind(self._connection, self.identity.incarnation, now_ms=self.time.now().at_ms)

    @_watched
    def unsettled_risk(self, code_id: int | None = None) -> int:
        """Count the uses of a code (None: of any) that were accepted at risk and that the office has not heard of."""
        return lease_review.unsettled_risk(self._connection, code_id)

    @_watched
    def unsettled(self, max_events: int = MAX_BATCH_EVENTS, max_bytes: int = MAX_BATCH_BYTES) -> Batch | None:
        """Return the oldest events that central has not acknowledged, None when there are none."""
        return settling.next_batch(self._connection, max_events=max_events, max_bytes=max_bytes)

    @_watched
    def status(self) -> JournalStatus:
        """How the journal stands."""
        stopped = None if self._file.stopped is None else str(self._file.stopped_error())
        return glance.status(self._connection, enrolled=self.identity is not None, stopped=stopped)

    @_watched
    def recent(self, limit: int) -> list[Recent]:
        """Return the till's own latest sales and redemptions, the newest first."""
        return glance.recent(self._connection, min(limit, MAX_RECENT))

    @_watched
    def recent_credits(self, limit: int) -> list[Recent]:
        """Return the latest credits and debits of points by hand, the newest first."""
        return glance.recent(self._connection, min(limit, MAX_RECENT), kinds=(PointsAdjusted.KIND,))

    @_watched
    def undoable(self, event: UUID) -> Undoable | None:
        """Return one of the till's own sales or uses, with what of it was given back here."""
        return undo_book.find_undoable(self._connection, event)

    @_watched
    def original_of(self, event: UUID) -> UUID:
        """Return what a void or refund of this till undid, or the sale that a use belongs to; else the event itself."""
        return undo_book.original_of(self._connection, event)

    @_watched
    def with_receipt(self, number: int) -> list[UUID]:
        """Return this till's events that bear a receipt number, those of the newest life first."""
        return undo_book.find_receipt(self._connection, number)

    @_watched
    def last_done(self) -> Undoable | None:
        """Return the newest sale, or use without a sale, that nothing was given back of."""
        return undo_book.find_last(self._connection)

    @_watched
    def recent_of(self, limit: int, kinds: tuple[str, ...]) -> list[Recent]:
        """Return the latest events of these kinds, the newest first."""
        return glance.recent(self._connection, min(limit, MAX_RECENT), kinds=kinds)

    @_watched
    def recorded(self, event: UUID) -> Recent | None:
        """Return one of this till's own events; None for what it has not recorded, or no longer has."""
        return glance.recorded(self._connection, event)

    @_watched
    def keys_of_lives(self) -> dict[int, bytes]:
        """Return the public key of each of this till's lives: what it signed can be checked by them."""
        return glance.keys_of_lives(self._connection)

    @_watched
    def shift_marks(self) -> ShiftMarks:
        """Return the newest opening and closing of a shift."""
        return shift_book.shift_marks(self._connection)

    @_watched
    def closed_shifts(self, limit: int) -> list[Placed]:
        """Return the newest closings of shifts, the newest first."""
        return shift_book.closed_shifts(self._connection, min(limit, MAX_RECENT))

    @_watched
    def events_after(self, position: int, limit: int = shift_book.MAX_EVENTS) -> list[Placed]:
        """Return the events behind a place in the file (-1: all), in their order, some at a time."""
        return shift_book.events_after(self._connection, position, limit)

    @_watched
    def has_let_go_behind(self, position: int) -> bool:
        """Whether events behind a place in the file are not there any more."""
        return shift_book.has_let_go_behind(self._connection, position)

    @_watched
    def note(self, name: str) -> str | None:
        """Return a text that was kept under a name."""
        text = notes.read(self._connection, f"note:{name}")
        return None if text is None else str(text)

    @_watched
    def epoch(self) -> str:
        """Return the newest epoch that central named to this till."""
        return lives.epoch(self._connection)

    def acked(self) -> lives.Acked:
        """Return how far central has acknowledged the current life."""
        return lives.acked(self._connection, 0 if self.identity is None else self.identity.incarnation)

    def acked_lives(self) -> dict[int, int]:
        """Return how far central has acknowledged each life that is here."""
        return {marks.incarnation: marks.applied for marks in settling.watermarks(self._connection)}

    def grants_to_list(self) -> list[SignedGrant]:
        """Return the grants that a restored central must hear of again."""
        return lives.grants_to_list(self._connection)

    def verify(self) -> Verification:
        """Check every page, link, signature and lease. Takes about 0.1 s for a thousand events."""
        return verify_journal(self._connection)

    @property
    def _connection(self) -> Connection:
        return self._file.connection
