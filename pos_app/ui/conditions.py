"""Asks now and then how the till is, without anybody waiting for the answer."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.ui.counter_thread import CounterThread
from pos_app.usecases.condition import Condition, condition
from pos_app.usecases.running import Running
from sync.rules.user_error import UserError

ASK_MS = 30_000
"""A disk fills and a clock is set while nobody sells, too."""
SOON_MS = 500
"""So long after something was recorded: a sale's own work comes first, and several in a row are asked about once."""


class Conditions(QObject):
    """``changed`` carries the ``Condition`` whenever it is another."""

    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.now = Condition()
        self._ask: Callable[[], object] | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(ASK_MS)
        self._clock.timeout.connect(self.ask)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.ask)

    def watch(self, running: Running, thread: CounterThread, failed: Callable[[UserError], None]) -> None:
        """Ask about this till from now on."""
        self._ask = lambda: thread.submit(lambda: condition(running.desk), self._take, failed)
        self._clock.start()
        self.ask()

    def ask(self) -> None:
        """Ask now."""
        if self._ask is not None:
            self._ask()

    def ask_soon(self) -> None:
        """Ask in a moment."""
        self._soon.start()

    def stop(self) -> None:
        """Ask no more."""
        self._clock.stop()
        self._soon.stop()
        self._ask = None

    def _take(self, found: Condition) -> None:
        if found != self.now:
            self.now = found
            self.changed.emit(found)
