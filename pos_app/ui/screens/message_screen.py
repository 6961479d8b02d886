"""A whole screen for one thing: the till is being filled, selling is stopped, the files are damaged."""

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.text import label, show_if

CANCEL = "Esc"
"""The key that leaves what is under way."""


class Message(Struct, frozen=True, kw_only=True):
    """What the screen says. ``progress`` is 0 to 100, -1 for "under way", None for no bar.

    ``key`` presses the button wherever the focus is: :data:`CANCEL` or none.
    """

    sign: str
    colour: str
    title: str
    sentence: str
    advice: str = ""
    progress: int | None = None
    button: str = ""
    key: str = ""


class MessageScreen(QWidget):
    """Shows a :class:`Message`; ``chosen`` is its button."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.card = Card(margin=32, spacing=14)
        self._sign = Sign("notice", "accent", 84)
        self.title = label("title", wrap=True)
        self.sentence = label("heading", wrap=True)
        self.advice = label("muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.button = Button("primary")
        self.button.clicked.connect(self.chosen)
        self.card.column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for text in (self.title, self.sentence, self.advice):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.card.column.addWidget(text)
        self.card.column.addWidget(self.bar)
        self.card.column.addWidget(self.button)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self.card, 4)
        across.addStretch(1)
        down = QVBoxLayout(self)
        down.addStretch(1)
        down.addLayout(across)
        down.addStretch(1)

    def show_message(self, message: Message) -> None:
        """Show what there is to say."""
        self._sign.show_icon(message.sign, message.colour)
        self.title.setText(message.title)
        self.sentence.setText(message.sentence)
        show_if(self.sentence, bool(message.sentence))
        self.advice.setText(message.advice)
        show_if(self.advice, bool(message.advice))
        show_if(self.bar, message.progress is not None)
        if message.progress is not None:
            self.bar.setRange(0, 0 if message.progress < 0 else 100)
            self.bar.setValue(max(0, message.progress))
            self.bar.setAccessibleName(message.title)
        show_if(self.button, bool(message.button))
        self.button.key = message.key
        self.button.caption(message.button)
        if message.button:
            self.button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave by Escape what can be left."""
        cancels = self.button.key == CANCEL and self.button.isVisible()
        if cancels and event.matches(QKeySequence.StandardKey.Cancel):
            self.button.click()
        else:
            super().keyPressEvent(event)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self.card.setMaximumWidth(look.px(720))
        self.button.setMinimumHeight(look.px(52))
