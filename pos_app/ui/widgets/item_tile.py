"""One product of the catalogue as a key for a finger."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from pos_app.ui.theme.look import Look

_MARGIN, _NAME, _PRICE = 8, 15, 13


class ItemTile(QPushButton):
    """Shows a name on up to two lines, and a price. The whole text is its accessible name and tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "tile")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # A touch must leave the focus where amounts are typed; the Tab key comes here all the same.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._look = Look()
        self._name = self._price = ""

    def say(self, name: str, price: str) -> None:
        """Show a product."""
        self._name, self._price = " ".join(name.split()), price
        self.setAccessibleName(f"{self._name}, {price}")
        self.setToolTip(self._name)
        self.update()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the key, then the words on it."""
        super().paintEvent(event)
        look, painter = self._look, QPainter(self)
        margin = look.px(_MARGIN)
        room = self.rect().adjusted(margin, look.px(5), -margin, -look.px(5))
        price_font, name_font = look.font(_PRICE), look.font(_NAME, QFont.Weight.DemiBold)
        painter.setFont(price_font)
        painter.setPen(QColor(look.tokens.muted))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), self._price)
        above = QRect(
            room.left(), room.top(), room.width(), room.height() - painter.fontMetrics().height() - 1
        )
        painter.setFont(name_font)
        painter.setPen(QColor(look.tokens.text))
        lines = _two_lines(self._name, above.width(), painter)
        line = painter.fontMetrics().lineSpacing()
        while len(lines) > 1 and len(lines) * line > above.height() + look.px(4):
            lines = [painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, above.width())]
        for number, text in enumerate(lines):
            painter.drawText(QRect(above.left(), above.top() + number * line, above.width(), line), 0, text)
        painter.end()


def _two_lines(text: str, width: int, painter: QPainter) -> list[str]:
    """Break a name between words; what does not fit on the second line is shortened there."""
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    first: list[str] = []
    words = text.split()
    while words and metrics.horizontalAdvance(" ".join((*first, words[0]))) <= width:
        first.append(words.pop(0))
    if not first:
        return [metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)]
    return [" ".join(first), metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width)]
