"""Counts what a person does at the window: a finger or a key is one touch, a number or text typed in one go another.

A code that is held before the camera or scanned by hand touches nothing. What is touched must be there to be touched.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.keypad import Keypad
from pos_app.ui.widgets.pick_list import PickList
from tests.builders.screen_keys import write
from tests.builders.till_window import settle

_ROUNDS = 3


class Touches:
    """One person's touches at one window since :meth:`anew`."""

    def __init__(self, window: TillWindow) -> None:
        self.window = window
        self.count = 0

    def anew(self) -> None:
        """Count from here."""
        self.count = 0

    def finger(self, widget: QWidget) -> None:
        """Touch something that is seen and can be used."""
        self._look_at(widget)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self._done()

    def line(self, shown: PickList, number: int) -> None:
        """Touch one line of a list."""
        self._look_at(shown)
        place = shown.visualRect(shown.model().index(number, 0)).center()
        QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self._done()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key of a keyboard, or several held together."""
        QTest.keyClick(self.window.windowHandle(), key, held)
        self._done()

    def figures(self, keypad: Keypad, names: Sequence[str]) -> None:
        """Type a number on the screen's figures: one entry."""
        for name in names:
            self._look_at(keypad.keys[name])
            QTest.mouseClick(keypad.keys[name], Qt.MouseButton.LeftButton)
        self._done()

    def letters(self, text: str) -> None:
        """Type a text on the screen's letters: one entry."""
        write(self.window, text)
        self._done()

    def _look_at(self, widget: QWidget) -> None:
        for _ in range(_ROUNDS):
            QApplication.processEvents()
        name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        assert widget.isVisible(), f"{name} is not there to be touched"
        assert not widget.visibleRegion().isEmpty(), f"{name} is scrolled out of sight"
        assert widget.isEnabled(), f"{name} cannot be used"

    def _done(self) -> None:
        self.count += 1
        settle(self.window)
        for _ in range(_ROUNDS):
            QApplication.processEvents()
