"""A second person agrees: by PIN, or by a badge held in front of whatever reads codes here."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent

from pos_app.ui.sheets.sheet import Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.pin_pad import PinPad
from pos_app.usecases.source import Source


class PinSheet(Sheet):
    """``entered`` carries a PIN; ``badge_shown`` the text of a code, which may be a badge.

    The sheet then waits: answer with :meth:`show_problem` (it may be tried again) or ``finish``.
    """

    entered = Signal(str)
    badge_shown = Signal(str)

    def __init__(self, title: str, sentence: str = "") -> None:
        super().__init__(title, sentence, sign="lock", colour="accent_text")
        self.pad = PinPad()
        self.pad.enter.caption(self.tr("Agree"))
        self.body.addWidget(self.pad, 1)
        self.add_cancel()
        self._judging = False
        self.pad.entered.connect(self._hand_over)

    def take_code(self, text: str, source: Source) -> bool:  # noqa: ARG002 - however it was read
        """Take a code as a badge."""
        if not self._judging:
            self._judging = True
            self.pad.allow(allowed=False)
            self.badge_shown.emit(text)
        return True

    def cancel(self) -> None:
        """Leave, unless a PIN is being judged: what it was for may be done already."""
        if not self._judging:
            super().cancel()

    def show_problem(self, sentence: str, advice: str = "") -> None:
        """Say why it was not taken; another try may be made."""
        self._judging = False
        self.pad.show_problem(sentence, advice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take figures wherever the focus is."""
        if not self.pad.press(event):
            super().keyPressEvent(event)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.setFixedWidth(look.px(420))

    def _hand_over(self, pin: str) -> None:
        self._judging = True
        self.entered.emit(pin)
