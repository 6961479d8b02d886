"""The standing in full, unfolded below its badge."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.text import label, set_tone, show_if
from pos_app.ui.words.speech import Speech
from pos_app.ui.words.standing import Standing, standing_text

MAX_LINES = 6


class StandingPanel(Card):
    """Tells what waits, since when, and as of when the till's knowledge is. Escape closes it."""

    closed = Signal()
    try_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, margin=16, spacing=8)
        self._sign = Sign("cloud_ok", "muted", 26)
        self._title = label("heading")
        self._off = Button("icon", sign="close", colour="muted", side=18)
        self._off.clicked.connect(self.fold)
        head = QHBoxLayout()
        head.addWidget(self._sign)
        head.addWidget(self._title, 1)
        head.addWidget(self._off)
        self.column.addLayout(head)
        self._lines = [label("muted", wrap=True) for _ in range(MAX_LINES)]
        for line in self._lines:
            self.column.addWidget(line)
        self.try_now = Button(sign="refresh", key="Ctrl+Y")
        self.try_now.clicked.connect(self.try_wanted)
        self.column.addWidget(self.try_now)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._before: QWidget | None = None
        self.hide()

    def show_standing(self, standing: Standing, speech: Speech) -> None:
        """Fill in how the till stands."""
        text = standing_text(standing, speech)
        self._sign.show_icon(text.sign, text.colour)
        self._title.setText(text.short)
        set_tone(self._title, text.colour.removesuffix("_text"))
        for number, line in enumerate(self._lines):
            line.setText(text.lines[number] if number < len(text.lines) else "")
            line.setVisible(number < len(text.lines))
        self.setAccessibleName(" ".join((text.short, *text.lines)))
        self._off.caption(self.tr("Close"))
        self.try_now.caption(self.tr("Try now"), self.tr("Ask the office again at once"))
        show_if(self.try_now, not standing.online)
        if self.isVisible():
            self.adjustSize()

    def unfold(self, right: int, top: int) -> None:
        """Show the panel with its upper right corner there."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.show()
        self.adjustSize()
        self.move(right - self.width(), top)
        self.raise_()
        self.setFocus()

    def fold(self) -> None:
        """Hide the panel; the focus goes back to where it was, should that be there still."""
        focused = QApplication.focusWidget()
        had_focus = focused is self or (focused is not None and self.isAncestorOf(focused))
        self.hide()
        before, self._before = self._before, None
        if had_focus and before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close at Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.fold()
        else:
            super().keyPressEvent(event)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.setFixedWidth(look.px(400))
