"""Down: the feed's changes into the replica, and a snapshot when the feed cannot continue."""

from collections.abc import Callable

from sync.protocol.feed import MAX_PAGE_CHANGES, FeedPage, Table
from sync.protocol.guest_data import made_by_till
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError
from sync.till.agent.board import Board
from sync.till.agent.comparing import Comparing
from sync.till.agent.snapshot import Snapshot
from sync.till.cache.rebuild import SnapshotBroken
from sync.till.clock import Clock
from sync.till.office import InMaking, Office, OfficeError, Refused, Unreachable
from sync.till.outcomes import not_central
from sync.till.till import Till
from sync.till.worker import FilesPort

PAUSE_MS = 1_000
"""After an empty page that came at once: who does not hold the line open must not be asked without a pause."""


class Download:
    """Keeps the replica in step. The live replica stays in use until a snapshot has replaced it."""

    name = "download"

    def __init__(
        self, till: Till, files: FilesPort, office: Office, board: Board, *, clock: Clock, poll_ms: int
    ) -> None:
        """``poll_ms``: how long central may hold an empty answer (0: never, for a single thread)."""
        self._till = till
        self._files = files
        self._office = office
        self._board = board
        self._clock = clock
        self._poll_ms = poll_ms
        self.on_call: Callable[[], None] | None = None
        """Called when central waits for this till's contact."""
        self._snapshot: Snapshot | None = None
        self._comparing = Comparing(till, files, office)

    def step(self) -> int:
        """Take one page, or one piece of a snapshot."""
        if self._snapshot is None:
            status = self._files.call(self._till.cache.status)
            if status.ready:
                return self._follow(status.epoch, status.number)
            self._snapshot = Snapshot(self._till, self._files, self._office, self._board)
        return self._rebuild(self._snapshot)

    def glance(self) -> None:
        """Tell the board how current the replica is."""
        status = self._files.call(self._till.cache.status)
        self._board.note_cache(as_of_ms=status.as_of_ms)

    def close(self) -> None:
        """Put an unfinished snapshot aside, to be continued."""
        if self._snapshot is not None:
            self._snapshot.pause()
            self._snapshot = None

    def _rebuild(self, snapshot: Snapshot) -> int:
        try:
            done = snapshot.step()
        except (Unreachable, Refused):
            raise  # what has come is kept
        except InMaking as making:
            self._board.heard(self.name)
            snapshot.wait_for(making)
            return making.retry_ms
        except (OfficeError, SnapshotBroken):
            snapshot.abandon()
            raise
        except UserError:
            # The disk: what is in stays, and goes on by a new connection. This one may be closed, or hold half a page.
            snapshot.pause()
            raise
        self._board.heard(self.name)
        if done:
            self._snapshot = None
            self.glance()
        return 0

    def _follow(self, epoch: str, number: int) -> int:
        asked_ms = self._clock.boottime_ms()
        try:
            page = self._office.feed(epoch, number, wait_ms=self._poll_ms)
        except Refused as error:
            if error.problem.type != ProblemType.CURSOR_GONE:
                raise
            self._snapshot = Snapshot(self._till, self._files, self._office, self._board)
            return 0
        _check(page, epoch=epoch, after=number)
        # Before the page counts as read: a till that ends in between reads it once more, and forgets once more.
        self._forget_erased(page)
        self._files.call(lambda: self._till.cache.apply_page(page))
        self._board.heard(self.name)
        if page.contact and self.on_call is not None:
            self.on_call()
        self.glance()
        if page.number == page.head == number and self._went_apart():
            self._snapshot = Snapshot(self._till, self._files, self._office, self._board)
            return 0
        held = self._clock.boottime_ms() - asked_ms >= PAUSE_MS
        return 0 if page.number > number or held else PAUSE_MS

    def _forget_erased(self, page: FeedPage) -> None:
        """Destroy this till's keys of guests who registered here and whom the office has erased."""
        gone = frozenset(
            change.id
            for change in page.changes
            if change.table is Table.GUEST and change.row is None and made_by_till(change.id)
        )
        if gone:
            self._files.call(lambda: self._till.journal.forget_guests(gone))

    def _went_apart(self) -> bool:
        """Compare the replica with central once a day, when the feed has brought nothing new."""
        status = self._files.call(self._till.cache.status)
        return self._comparing.is_due(status) and self._comparing.went_apart(status)


def _check(page: FeedPage, *, epoch: str, after: int) -> None:
    """Refuse a page that does not continue the cursor it was asked for."""
    if page.epoch != epoch or page.number < after or len(page.changes) > MAX_PAGE_CHANGES:
        raise not_central("its page of changes does not follow the one before")
    if page.changes and page.number == after:
        raise not_central("its page has changes, but no new number")
