"""What a manager says of an ask verdict: allowed or not, and why."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent

from pos_app.ui.sheets.reasons import Reasons, note_field
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.widgets.text import label

_NEEDS_NOTE = "other"


class DecideSheet(Sheet):
    """``decided`` carries whether it is allowed, the reason's identifier and the note."""

    decided = Signal(bool, str, str)

    def __init__(self, title: str, question: str, gives: str, reasons: Sequence[tuple[str, str]]) -> None:
        super().__init__(title, question, sign="ask", colour="ask_text", wide=True)
        worth = label("heading", gives, tone="ask")
        if not gives:
            worth.hide()
        self._why = Reasons(reasons)
        self.choices = self._why.choices
        self.note = note_field(self.tr("Note (if there is something to add)"))
        self.body.addWidget(worth)
        self.body.addLayout(self._why)
        self.body.addWidget(self.note)
        self.add_cancel()
        self.refuse = self.add_answer(self.tr("Do not allow"), sign="close")
        self.allow = self.add_answer(self.tr("Allow"), key=ANSWER, role="primary", sign="check")
        self.refuse.clicked.connect(lambda: self._answer(allow=False))
        self.allow.clicked.connect(lambda: self._answer(allow=True))
        self._why.changed.connect(self._check)
        self.note.textChanged.connect(self._check)
        self._check()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a reason by its figure; in the note's field figures are text and never come here."""
        if not self._why.take_key(event):
            super().keyPressEvent(event)

    def _check(self) -> None:
        reason = self._why.chosen
        complete = bool(reason) and (reason != _NEEDS_NOTE or bool(self.note.text().strip()))
        self.allow.setEnabled(complete)
        self.refuse.setEnabled(complete)

    def _answer(self, *, allow: bool) -> None:
        reason, note = self._why.chosen, self.note.text().strip()
        self.finish()
        self.decided.emit(allow, reason, note)
