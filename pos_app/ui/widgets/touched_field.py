"""Fields that are typed into: each says what it holds, and tells when a finger or a key was at it."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_HINTS = Qt.InputMethodHint


class Typing(StrEnum):
    """What a field holds: it decides with which keys typing into it begins."""

    TEXT = "text"
    """Sentences: the first letter is a capital."""
    NAME = "name"
    """A person's name: each word begins with a capital."""
    SEARCH = "search"
    """Words whose capitals do not matter."""
    LATIN = "latin"
    """Codes, addresses, e-mail: Latin letters, whichever language the till speaks."""
    FIGURES = "figures"
    """Figures and signs: a phone number, a day."""
    OWN = "own"
    """What has figures of its own beside it: no other keys are wanted."""


_FOR_SYSTEM = {
    Typing.TEXT: _HINTS.ImhNone,
    Typing.NAME: _HINTS.ImhNone,
    Typing.SEARCH: _HINTS.ImhNoAutoUppercase,
    Typing.LATIN: _HINTS.ImhPreferLatin | _HINTS.ImhNoAutoUppercase | _HINTS.ImhNoPredictiveText,
    Typing.FIGURES: _HINTS.ImhPreferNumbers,
    Typing.OWN: _HINTS.ImhPreferNumbers,
}
"""The same in Qt's words: some systems have keys on the screen of their own."""

_STAYS = frozenset(
    {
        Qt.FocusReason.ActiveWindowFocusReason,
        Qt.FocusReason.PopupFocusReason,
        Qt.FocusReason.MenuBarFocusReason,
    }
)
"""Why a field may lose the focus without anybody having gone on to another."""


class TypingRoom(QWidget):
    """What lies around fields and hears of them; who brings keys up listens to it.

    ``touched``, ``keyed``, ``entered`` and ``left`` carry the field: a finger was put on it, a key of a keyboard typed
    into it, the focus came, or it went or the field is not to be seen any more.
    """

    touched = Signal(QLineEdit)
    keyed = Signal(QLineEdit)
    entered = Signal(QLineEdit)
    left = Signal(QLineEdit)


class TouchedField(QLineEdit):
    """A field that tells when a finger was put on it: keys to type with are wanted."""

    touched = Signal()

    def __init__(self, typing: Typing = Typing.TEXT, text: str = "") -> None:
        super().__init__(text)
        self.typing = typing
        self.setInputMethodHints(_FOR_SYSTEM[typing])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of it."""
        super().mousePressEvent(event)
        self.touched.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell the room once the finger is lifted: what moves before that would move under the finger."""
        super().mouseReleaseEvent(event)
        room = self._room()
        if room is not None and self.rect().contains(event.position().toPoint()):
            room.touched.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell the room that somebody types on a keyboard."""
        super().keyPressEvent(event)
        room = self._room()
        if room is not None and event.text().isprintable() and event.text():
            room.keyed.emit(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the room that typing goes on here."""
        super().focusInEvent(event)
        room = self._room()
        if room is not None and event.reason() not in _STAYS:
            room.entered.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the room that typing goes on elsewhere."""
        super().focusOutEvent(event)
        room = self._room()
        if room is not None and event.reason() not in _STAYS:
            room.left.emit(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell the room that there is nothing to type into any more."""
        super().hideEvent(event)
        room = self._room()
        if room is not None:
            room.left.emit(self)

    def _room(self) -> TypingRoom | None:
        if self.typing is Typing.OWN:
            return None
        around = self.parentWidget()
        while around is not None and not isinstance(around, TypingRoom):
            around = around.parentWidget()
        return around
