"""An open till as a face (window or kiosk) gets it: its counter, and how it stands with the office."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from pos_app.settings import Settings
from pos_app.usecases.counter import Counter
from pos_app.usecases.desk import Desk
from pos_app.usecases.settle import safe_to_close, settle_here
from sync.till.agent.board import SyncState
from sync.till.agent.threads import AgentThreads
from sync.till.cache.found import CacheStatus
from sync.till.journal.entries import JournalStatus, Verification
from sync.till.journal.lease_standing import KindHeld
from sync.till.journal.transfer import Taken


class Running(Struct, frozen=True, kw_only=True):
    """What ``bootstrap.open_counter`` hands over. ``warnings`` are sentences that a person must see.

    ``agent`` is None where the till was told not to try to reach the office.
    """

    settings: Settings
    counter: Counter
    warnings: tuple[str, ...]
    desk: Desk
    agent: AgentThreads | None

    def sync(self) -> SyncState:
        """Tell how the till stands with the office; never waits while there is an agent."""
        if self.agent is not None:
            return self.agent.state()
        journal, cache = self.journal_status(), self.cache_status()
        return SyncState(
            unsettled=journal.unsettled, oldest_ms=journal.oldest_unsettled_ms, as_of_ms=cache.as_of_ms
        )

    def watch(self, callback: Callable[[SyncState], None]) -> None:
        """Call back at each change of :meth:`sync`, on another thread; the callback must return at once."""
        if self.agent is not None:
            self.agent.agent.board.on_change = callback

    def try_now(self) -> None:
        """Ask the office again at once, whatever failed before; never waits."""
        if self.agent is not None:
            self.agent.agent.retry_now()

    def settle(self, timeout_s: float) -> SyncState:
        """Wait until the office has everything, at most so long; return how it then stands.

        An office that was out of reach a moment ago is not waited for.
        """
        state = self.sync()
        if self.agent is None or (state.problem is not None and not state.online):
            return state
        return self.agent.settle_all(timeout_s)

    def settle_here(self, timeout_s: float) -> SyncState:
        """Bring everything in step on this thread, where the agent has none of its own.

        Ends when every duty has been done without trouble, or after ``timeout_s``, or earlier when the
        office has not answered at all.
        """
        if self.agent is None:
            return self.sync()
        return settle_here(self.agent.agent, timeout_s)

    def safe_to_close(self, language: str | None = None) -> tuple[bool, str]:
        """Say whether this till may be closed or replaced, and why, in a sentence (of the settings' language)."""
        return safe_to_close(self.journal_status(), language or self.desk.language)

    def leases_held(self) -> int:
        """Count the leases that still stand with this till."""
        return len(self.desk.files.call(self.desk.till.journal.leases))

    def held_by_kind(self) -> list[KindHeld]:
        """Sum up the leases that still stand with this till, kind by kind."""
        return self.desk.files.call(self.desk.till.journal.held_by_kind)

    def unsettled_risk(self) -> int:
        """Count the uses that were accepted beyond a limit and that the office has not heard of."""
        return self.desk.files.call(self.desk.till.journal.unsettled_risk)

    def journal_status(self) -> JournalStatus:
        """Tell what the journal holds and what of it waits."""
        return self.desk.files.call(self.desk.till.journal.status)

    def cache_status(self) -> CacheStatus:
        """Tell how much of the network this till knows, and as of when."""
        return self.desk.files.call(self.desk.till.cache.status)

    def verify(self) -> Verification:
        """Check the whole chain and every signature."""
        return self.desk.files.call(self.desk.till.journal.verify)

    def export_journal(self, file: Path, *, retire: bool) -> int:
        """Write the journal into a signed file; return how many events it holds."""
        return self.desk.files.call(lambda: self.desk.till.journal.export_to(file, retire=retire))

    def import_journal(self, file: Path) -> Taken:
        """Take in the journal of this till's earlier machine."""
        return self.desk.files.call(lambda: self.desk.till.journal.import_from(file))

    def now_ms(self) -> int:
        """Return the trusted instant, milliseconds since the epoch."""
        return self.desk.till.time.now().at_ms
