"""Entering a PIN: by finger or by keyboard, shown as dots, forgotten as soon as it is handed over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.ui.theme.look import TOUCH, Look
from pos_app.ui.widgets.keypad import PIN_ROWS, Keypad
from pos_app.ui.widgets.pin_dots import PinDots
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip

MAX_PIN_FIGURES = 12


class PinPad(QWidget):
    """Emits ``entered`` with the figures, and waits for :meth:`show_problem` before it takes others."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._pin = ""
        self._can_enter = True
        self.dots = PinDots()
        self.problem = Strip("refuse", sign="lock")
        self.keypad = Keypad(PIN_ROWS, least=TOUCH)
        self.enter = Button("primary", sign="arrow", colour="on_accent")
        # A shortcut would take the Enter with which a hand scanner ends a badge.
        self.enter.key = "Return"
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.dots)
        self._column.addWidget(self.problem)
        self._column.addWidget(self.keypad, 1)
        self._column.addWidget(self.enter)
        self.keypad.pressed.connect(self.add)
        self.keypad.back.connect(self.take_back)
        self.keypad.clear.connect(self.clear)
        self.enter.clicked.connect(self.submit)
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
            self.allow(allowed=False)
            self.entered.emit(pin)

    def show_problem(self, sentence: str, advice: str) -> None:
        """Say why it did not work; an empty sentence says that it may be tried."""
        self.problem.say(sentence, advice)
        self.allow(allowed=True)

    def allow(self, *, allowed: bool) -> None:
        """Take a PIN now, or wait until the last one was judged."""
        self._can_enter = allowed
        self._show()

    def press(self, event: QKeyEvent) -> bool:
        """Take a key of the keyboard, wherever the focus is beside this pad; whether it was one for it."""
        text, key = event.text(), event.key()
        if text.isdecimal() and text.isascii():
            self.add(text)
        elif key == Qt.Key.Key_Backspace:
            self.take_back()
        elif key == Qt.Key.Key_Delete or (self._pin and event.matches(QKeySequence.StandardKey.Cancel)):
            self.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        else:
            return False
        return True

    def speak(self) -> None:
        """Say how many figures there are, in the language that is now installed."""
        self.dots.show_count(len(self._pin))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._column.setSpacing(look.px(6 if look.compact else 8))
        self.enter.setMinimumHeight(look.px(TOUCH if look.compact else 56))

    def _show(self) -> None:
        self.dots.show_count(len(self._pin))
        self.enter.setEnabled(bool(self._pin) and self._can_enter)
