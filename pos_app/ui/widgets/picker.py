"""A combo box whose arrow is our own icon, in the theme's colour."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from pos_app.ui.theme.icons import renderer
from pos_app.ui.theme.look import Look


class Picker(QComboBox):
    """Picks one of a few."""

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the arrow."""
        super().paintEvent(event)
        side = self._look.px(18)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.width() - side - self._look.px(12), (self.height() - side) / 2, side, side)
        renderer("down", self._look.tokens.muted).render(painter, place)
