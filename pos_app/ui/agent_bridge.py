"""From the agent's threads to the window's: how the till stands with the office, by signal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from pos_app.ui.counter_thread import CounterThread
from pos_app.usecases.running import Running
from sync.rules.user_error import UserError
from sync.till.agent.board import SyncState

ASK_MS = 15_000
"""A till that keeps to itself has no agent to tell of changes, and is asked this often."""


class AgentBridge(QObject):
    """``changed`` carries each new ``SyncState``, on the thread of this object."""

    changed = Signal(object)
    _from_agent = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask: Callable[[], object] | None = None
        self._running: Running | None = None
        self._from_agent.connect(self.changed, Qt.ConnectionType.QueuedConnection)
        self._clock = QTimer(self)
        self._clock.setInterval(ASK_MS)
        self._clock.timeout.connect(self.ask)

    def watch(self, running: Running, thread: CounterThread, failed: Callable[[UserError], None]) -> None:
        """Tell from now on how this till stands."""
        self._running = running
        self._ask = lambda: thread.submit(running.sync, self._tell, failed)
        running.watch(self._from_agent.emit)
        self._clock.start()
        self.ask()

    def ask(self) -> None:
        """Ask now."""
        if self._ask is not None:
            self._ask()

    def try_now(self) -> None:
        """Let the office be asked again at once."""
        if self._running is not None:
            self._running.try_now()

    def stop(self) -> None:
        """Listen no more."""
        self._clock.stop()
        self._ask = None
        if self._running is not None:
            self._running.watch(_nobody)

    def _tell(self, state: SyncState) -> None:
        self.changed.emit(state)


def _nobody(_state: SyncState) -> None:
    """Nobody listens while the window closes."""
