"""A card: a surface on which things that belong together stand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look


class Card(QFrame):
    """A surface with a column inside; ``margin`` and ``spacing`` in pixels of the design."""

    def __init__(self, parent: QWidget | None = None, *, margin: float = 12, spacing: float = 10) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "card")
        self._margin, self._spacing = margin, spacing
        self.column = QVBoxLayout(self)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        margin = look.px(self._margin)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(look.px(self._spacing))
