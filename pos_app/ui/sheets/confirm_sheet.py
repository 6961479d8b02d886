"""Asking before something that cannot be taken back."""

from PySide6.QtCore import Signal

from pos_app.ui.sheets.sheet import ANSWER, Sheet


class ConfirmSheet(Sheet):
    """``confirmed`` is the one answer; everything else leaves things as they are.

    ``danger`` dresses the answer as one that loses something, and lets Enter stay without an effect until
    the answer was reached on purpose.
    """

    confirmed = Signal()

    def __init__(self, title: str, sentence: str, yes: str, *, stay: str = "", danger: bool = False) -> None:
        sign, colour = ("alert", "refuse_text") if danger else ("help", "accent_text")
        super().__init__(title, sentence, sign=sign, colour=colour)
        self.stay = self.add_cancel(stay)
        self.yes = self.add_answer(
            yes, key="" if danger else ANSWER, role="danger" if danger else "primary", sign="check"
        )
        self.yes.clicked.connect(self._confirm)
        self._danger = danger

    def begin(self) -> None:
        """Begin where Enter does no harm."""
        (self.stay if self._danger else self.yes).setFocus()

    def _confirm(self) -> None:
        self.finish()
        self.confirmed.emit()
