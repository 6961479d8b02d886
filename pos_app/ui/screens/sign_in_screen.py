"""Signing in: a PIN by finger or keyboard, or a badge held in front of the camera."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.pin_pad import PinPad
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label

_NARROW = 720
"""Below this width, in pixels of the design, the cards stand under each other."""


class SignInScreen(QWidget):
    """Emits ``pin_entered`` with the figures; a badge comes from the camera like any other code."""

    pin_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.badge_card = Card(margin=16, spacing=10)
        self.badge_title = label("heading", wrap=True)
        self.badge_text = label("muted", wrap=True)
        self.view = CameraView()
        for widget in (self.badge_title, self.badge_text):
            self.badge_card.column.addWidget(widget)
        self.waiting = Strip("accent")
        self.badge_card.column.addWidget(self.waiting)
        self.badge_card.column.addWidget(self.view, 1)
        self.pin_card = Card(margin=14, spacing=6)
        self.title = label("title")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pad = PinPad()
        self.dots, self.problem = self.pad.dots, self.pad.problem
        self.keypad, self.enter = self.pad.keypad, self.pad.enter
        self.pin_card.column.addWidget(self.title)
        self.pin_card.column.addWidget(self.pad, 1)
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._row.addWidget(self.badge_card, 5)
        self._row.addWidget(self.pin_card, 5)
        self._row.addStretch(1)
        for card in (self.badge_card, self.pin_card):
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.pad.entered.connect(self.pin_entered)
        self.speak()

    def add(self, figure: str) -> None:
        """Take one more figure."""
        self.pad.add(figure)

    def clear(self) -> None:
        """Drop all figures."""
        self.pad.clear()

    def show_problem(self, sentence: str, advice: str) -> None:
        """Say why it did not work; an empty sentence says that it may be tried."""
        self.pad.show_problem(sentence, advice)

    def show_waiting(self, sentence: str, advice: str = "") -> None:
        """Say what waits behind the lock; an empty sentence for nothing."""
        self.waiting.say(sentence, advice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take figures from the keyboard, wherever the focus is on this screen."""
        if not self.pad.press(event):
            super().keyPressEvent(event)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.badge_title.setText(self.tr("Show your badge"))
        self.badge_text.setText(self.tr("Hold its QR code in front of the camera."))
        self.title.setText(self.tr("Enter your PIN"))
        self.enter.caption(self.tr("Sign in"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        margin = look.px(8 if look.compact else 32)
        self._row.setContentsMargins(margin, margin, margin, margin)
        self._row.setSpacing(look.px(16))
        # At a large size the PIN comes first, and the camera's picture below it.
        narrow = self.window().width() / look.scale < _NARROW
        self._row.setDirection(
            QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight
        )
        for card in (self.badge_card, self.pin_card):
            card.setMaximumSize(look.px(460), look.px(640))
