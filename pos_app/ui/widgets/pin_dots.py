"""How many figures of a PIN were typed, and not which."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme.look import Look

LEAST_SHOWN = 4
_RADIUS = 8
_STEP = 30


class PinDots(QWidget):
    """A dot for each figure, and empty rings up to ``LEAST_SHOWN``."""

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self._count = 0

    def show_count(self, count: int) -> None:
        """Show how many figures there are."""
        self._count = count
        self.setAccessibleName(self.tr("%n figures entered", "", count))
        self.update()

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._look = look
        self.setFixedHeight(look.px(28 if look.compact else 36))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for eight dots."""
        return QSize(self._look.px(8 * _STEP), self._look.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, shown = self._look.tokens, max(self._count, LEAST_SHOWN)
        step, radius = self._look.px(_STEP), self._look.px(_RADIUS)
        left = (self.width() - step * (shown - 1)) / 2
        for number in range(shown):
            centre = QPointF(left + number * step, self.height() / 2)
            full = number < self._count
            painter.setPen(QPen(QColor(tokens.accent if full else tokens.outline), self._look.px(2)))
            painter.setBrush(QColor(tokens.accent if full else tokens.surface))
            painter.drawEllipse(centre, radius, radius)
