"""Fingers on the screen's own keys of letters."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.letter_keys import LetterKeys
from pos_app.ui.widgets.sign import Button

ROUNDS = 6
"""Layouts ask each other anew, some of them in the next round."""


def touch(widget: QWidget) -> None:
    """Put a finger on something."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    for _ in range(ROUNDS):
        QApplication.processEvents()


def keys_of(window: TillWindow) -> LetterKeys:
    """Return the keys, which must be on the screen."""
    keys = window.typing.keys
    assert window.typing.up, "no keys are on the screen"
    assert keys is not None
    assert keys.isVisible()
    return keys


def key_for(keys: LetterKeys, sign: str) -> Button:
    """Return the key that stands for this sign now."""
    for key in (*keys.figures, *(key for row in keys.letters for key in row)):
        if key.isVisible() and key.accessibleName() == sign:
            return key
    message = f"no key stands for {sign!r} on the page {keys.page}"
    raise AssertionError(message)


def write(window: TillWindow, text: str) -> None:
    """Type a text whose signs all stand on the page that is up; spaces too."""
    for sign in text:
        keys = keys_of(window)
        QTest.mouseClick(
            keys.special["space"] if sign == " " else key_for(keys, sign), Qt.MouseButton.LeftButton
        )


def press(window: TillWindow, name: str) -> None:
    """Press one of the keys that are no letters."""
    touch(keys_of(window).special[name])
