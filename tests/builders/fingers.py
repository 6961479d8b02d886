"""Fingers on the keyboard and a scanner that types: keys come to the window as the system brings them."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from pos_app.ui.till_window import TillWindow

SCANNER_MS, PERSON_MS = 4.0, 120.0
"""How far apart a scanner's keys are, and a person's."""
NEVER_MS = 600_000


class Fingers(QObject):
    """Presses keys at the window, at stated times of a clock of its own: nothing here depends on how fast it runs."""

    def __init__(self, window: TillWindow) -> None:
        super().__init__(window)
        self._window = window
        self._now_ms = 0.0
        window.hand_scanners.time_of = self._time  # type: ignore[method-assign]  # the system's clock, made exact

    def send(self, text: str, *, gap_ms: float, enter: bool = False) -> None:
        """Press one key after the other. However long this machine takes, no pause lies between them."""
        rest = self._window.hand_scanners.rest
        usual_ms = rest.interval()
        rest.setInterval(NEVER_MS)
        for sign in text:
            self._now_ms += gap_ms
            QTest.keyClick(self._window.windowHandle(), sign)  # type: ignore[call-overload]  # Qt takes a character, its stubs do not say so
        if enter:
            self._now_ms += gap_ms
            QTest.keyClick(self._window.windowHandle(), Qt.Key.Key_Return)
        rest.setInterval(usual_ms)

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key as a person does: what was typed before is handed on first."""
        self._now_ms += PERSON_MS
        QTest.keyClick(self._window.windowHandle(), key, held)

    def _time(self, event: QKeyEvent) -> float:
        return self._now_ms
