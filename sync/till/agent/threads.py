"""The agent's duties on threads of their own, so that no duty waits for another."""

import logging
import threading
import time
from collections.abc import Callable

from sync.till.agent.agent import Agent
from sync.till.agent.board import SyncState
from sync.till.agent.duty import Round

FAULT_PAUSE_S = 60.0
"""After a bug in a duty: the others go on, and this one is tried again, but not in a tight circle."""
LOOK_AGAIN_S = 0.25
"""How often a caller who waits for everything to be settled looks again."""

log = logging.getLogger(__name__)


class AgentThreads:
    """Runs an agent: one thread for each duty. ``nudge`` and ``state`` may be called from anywhere."""

    def __init__(
        self,
        agent: Agent,
        *,
        on_change: Callable[[SyncState], None] | None = None,
        break_off: Callable[[], None] | None = None,
    ) -> None:
        """Prepare; nothing runs before :meth:`start`.

        ``on_change`` is called with each new state on one of the agent's threads; it must not wait.
        ``break_off`` ends what the office is being asked just then, so that stopping waits for no long poll.
        """
        self._break_off = break_off
        self.agent = agent
        agent.board.on_change = on_change
        self._stopping = threading.Event()
        self._wake = {name: threading.Event() for name in agent.rounds}
        self._threads = [
            threading.Thread(target=self._run, args=(name, each), name=f"agent-{name}", daemon=True)
            for name, each in agent.rounds.items()
        ]
        agent.on_nudge = self._on_nudge

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End; return whether every thread has ended.

        One that hangs on a dead line may outlast ``timeout_s``; it touches no file any more once the files
        are closed, and ends with the process.
        """
        self._stopping.set()
        if self._break_off is not None:
            self._break_off()
        for wake in self._wake.values():
            wake.set()
        end_s = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, end_s - time.monotonic()))
        ended = not any(thread.is_alive() for thread in self._threads)
        if ended:
            self.agent.close()
        return ended

    def nudge(self) -> None:
        """Say that something was committed: the upload starts at once."""
        self.agent.nudge()

    def state(self) -> SyncState:
        """Return how the till stands with central; never waits."""
        return self.agent.state()

    def settle_all(self, timeout_s: float) -> SyncState:
        """Wait until central has everything, at most ``timeout_s``; return how it then stands."""
        contacts = self.agent.contacts
        before = contacts.made + contacts.turned_away
        self.agent.retry_now()
        end_s = time.monotonic() + timeout_s
        while time.monotonic() < end_s:
            # A contact first: it gives back what a crash may have left, and that is uploaded too. A till that is out
            # gets no other answer than that.
            if contacts.made + contacts.turned_away > before and self.agent.settled():
                break
            with self.agent.board.changed:
                self.agent.board.changed.wait(LOOK_AGAIN_S)
        return self.state()

    def _on_nudge(self, name: str) -> None:
        self._wake[name].set()

    def _run(self, name: str, each: Round) -> None:
        wake = self._wake[name]
        while not self._stopping.is_set():
            wait_ms = each.wait_ms()
            if wait_ms:
                wake.wait(wait_ms / 1000)
                wake.clear()
                continue
            try:
                each.step()
            except Exception:
                if not self._stopping.is_set():
                    log.exception("the agent's %s met a fault", name)
                    self._stopping.wait(FAULT_PAUSE_S)
