"""Notices that nobody has touched the till for a while."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow

_MS_PER_S = 1000
_HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.Wheel,
    }
)


class IdleLock(QObject):
    """Emits ``idle`` when no hand was at the window, and no code before a scanner, for so many seconds."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.idle)
        self._watching = False

    def after(self, seconds: int) -> None:
        """Wait so long from now on; 0 never locks."""
        self.timer.setInterval(seconds * _MS_PER_S)
        self.stir()

    def watch(self, window: QWindow) -> None:
        """Hear the hands at a window."""
        window.installEventFilter(self)

    def guard(self, *, on: bool) -> None:
        """Count only while somebody is signed in."""
        self._watching = on
        self.stir()

    def stir(self) -> None:
        """Begin to wait anew: somebody is there."""
        if self._watching and self.timer.interval() > 0:
            self.timer.start()
        else:
            self.timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice hands, and keep nothing from the window."""
        if event.type() in _HANDS:
            self.stir()
        return False
