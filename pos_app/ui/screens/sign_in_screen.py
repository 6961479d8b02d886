"""Signing in: a PIN by finger or keyboard, or a badge held in front of the camera."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.keypad import PIN_ROWS, Keypad
from pos_app.ui.widgets.pin_dots import PinDots
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label

MAX_PIN_FIGURES = 12


class SignInScreen(QWidget):
    """Emits ``pin_entered`` with the figures; a badge comes from the camera like any other code."""

    pin_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pin = ""
        self._can_enter = True
        self.badge_card = Card(margin=16, spacing=10)
        self.badge_title = label("heading", wrap=True)
        self.badge_text = label("muted", wrap=True)
        self.view = CameraView()
        for widget in (self.badge_title, self.badge_text):
            self.badge_card.column.addWidget(widget)
        self.badge_card.column.addWidget(self.view, 1)
        self.pin_card = Card(margin=18, spacing=8)
        self.title = label("title")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.dots = PinDots()
        self.problem = Strip("refuse", sign="lock")
        self.keypad = Keypad(PIN_ROWS, least=52)
        self.enter = Button("primary", sign="arrow", colour="on_accent", key="Return")
        for part in (self.title, self.dots, self.problem):
            self.pin_card.column.addWidget(part)
        self.pin_card.column.addWidget(self.keypad, 1)
        self.pin_card.column.addWidget(self.enter)
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._row.addWidget(self.badge_card, 5)
        self._row.addWidget(self.pin_card, 5)
        self._row.addStretch(1)
        for card in (self.badge_card, self.pin_card):
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.keypad.pressed.connect(self.add)
        self.keypad.back.connect(self.take_back)
        self.keypad.clear.connect(self.clear)
        self.enter.clicked.connect(self.submit)
        self.speak()
        self.clear()

    def add(self, figure: str) -> None:
        """Take one more figure."""
        if len(self._pin) < MAX_PIN_FIGURES:
            self._pin += figure
            self._show()

    def take_back(self) -> None:
        """Drop the last figure."""
        self._pin = self._pin[:-1]
        self._show()

    def clear(self) -> None:
        """Drop all figures."""
        self._pin = ""
        self._show()

    def submit(self) -> None:
        """Hand the PIN over, and forget it."""
        if self._pin and self._can_enter:
            pin = self._pin
            self.clear()
            self._allow(allowed=False)
            self.pin_entered.emit(pin)

    def show_problem(self, sentence: str, advice: str) -> None:
        """Say why it did not work; an empty sentence says that it may be tried."""
        self.problem.say(sentence, advice)
        self._allow(allowed=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take figures from the keyboard, wherever the focus is on this screen."""
        text = event.text()
        if text.isascii() and text.isdigit():
            self.add(text)
        elif event.key() == Qt.Key.Key_Backspace:
            self.take_back()
        elif event.matches(QKeySequence.StandardKey.Cancel) or event.key() == Qt.Key.Key_Delete:
            self.clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        else:
            super().keyPressEvent(event)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.badge_title.setText(self.tr("Show your badge"))
        self.badge_text.setText(self.tr("Hold its QR code in front of the camera."))
        self.title.setText(self.tr("Enter your PIN"))
        self.enter.caption(self.tr("Sign in"))
        self.dots.show_count(len(self._pin))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        margin = look.px(12 if look.compact else 32)
        self._row.setContentsMargins(margin, margin, margin, margin)
        self._row.setSpacing(look.px(16))
        for card in (self.badge_card, self.pin_card):
            card.setMaximumSize(look.px(460), look.px(620))
        self.enter.setMinimumHeight(look.px(52))

    def _allow(self, *, allowed: bool) -> None:
        self._can_enter = allowed
        self._show()

    def _show(self) -> None:
        self.dots.show_count(len(self._pin))
        self.enter.setEnabled(bool(self._pin) and self._can_enter)
