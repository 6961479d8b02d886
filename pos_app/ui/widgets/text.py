"""Labels: what a text is stands in its ``role``, what it means in its ``tone``."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


def label(role: str = "", text: str = "", *, wrap: bool = False, tone: str = "") -> QLabel:
    """Make a label that shows plain text, whatever the text contains."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    if tone:
        made.setProperty("tone", tone)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        # A new policy forgets that the height follows from the width, until the text changes.
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a widget and what stands in it another meaning, and paint them anew."""
    if (widget.property("tone") or "") == tone:
        return
    widget.setProperty("tone", tone)
    for each in (widget, *widget.findChildren(QWidget)):
        each.style().unpolish(each)
        each.style().polish(each)


def show_if(widget: QWidget, shown: bool) -> None:  # noqa: FBT001 - the name says what the flag is
    """Show or hide a widget; one that stands as it should is left alone, for showing costs a new layout."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
        # What was never shown counts as hidden, comes up with its parent unless it is told to stay, and would
        # be a window of its own if it were shown before it has one.
        if not shown:
            widget.hide()
    elif widget.isHidden() == shown:
        widget.setVisible(shown)


class OneLine(QLabel):
    """A label of one line that shortens its text with … rather than widening the screen.

    The whole text is its accessible name and its tool tip.
    """

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._shortened = False

    def setText(self, text: str) -> None:
        """Show a text, on one line whatever it contains."""
        super().setText(" ".join(text.split()))
        self.setAccessibleName(self.text())
        self._measure()

    def minimumSizeHint(self) -> QSize:
        """Allow any width."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Notice whether the text still fits."""
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much as fits."""
        if not self._shortened:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        fitting = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), fitting)

    def _measure(self) -> None:
        self._shortened = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(self.text() if self._shortened else "")
