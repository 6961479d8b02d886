"""What a manager says of an ask verdict: allowed or not, and why."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout

from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import label
from pos_app.ui.widgets.touched_field import TouchedField

MAX_NOTE_CHARS = 500
_NEEDS_NOTE = "other"


class DecideSheet(Sheet):
    """``decided`` carries whether it is allowed, the reason's identifier and the note."""

    decided = Signal(bool, str, str)

    def __init__(self, title: str, question: str, gives: str, reasons: Sequence[tuple[str, str]]) -> None:
        super().__init__(title, question, sign="ask", colour="ask_text", wide=True)
        self._reasons = tuple(reasons)
        worth = label("heading", gives, tone="ask")
        if not gives:
            worth.hide()
        self._why = QButtonGroup(self)
        self.choices: list[Button] = []
        grid = QGridLayout()
        for number, (_, words) in enumerate(self._reasons):
            choice = Button("choice")
            choice.setCheckable(True)
            choice.caption(f"{number + 1}   {words}", words)
            self._why.addButton(choice, number)
            self.choices.append(choice)
            grid.addWidget(choice, number // 2, number % 2)
        self.note = TouchedField()
        self.note.setMaxLength(MAX_NOTE_CHARS)
        asked = self.tr("Note (if there is something to add)")
        self.note.setPlaceholderText(asked)
        self.note.setAccessibleName(asked)
        self.body.addWidget(worth)
        self.body.addLayout(grid)
        self.body.addWidget(self.note)
        self.add_cancel()
        self.refuse = self.add_answer(self.tr("Do not allow"), sign="close")
        self.allow = self.add_answer(self.tr("Allow"), key=ANSWER, role="primary", sign="check")
        self.refuse.clicked.connect(lambda: self._answer(allow=False))
        self.allow.clicked.connect(lambda: self._answer(allow=True))
        self._why.idToggled.connect(self._check)
        self.note.textChanged.connect(self._check)
        self._check()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a reason by its figure; in the note's field figures are text and never come here."""
        number = event.key() - Qt.Key.Key_1
        if event.text() and 0 <= number < len(self.choices):
            self.choices[number].setChecked(True)
            event.accept()
            return
        super().keyPressEvent(event)

    @property
    def _reason(self) -> str:
        number = self._why.checkedId()
        return self._reasons[number][0] if number >= 0 else ""

    def _check(self) -> None:
        reason = self._reason
        complete = bool(reason) and (reason != _NEEDS_NOTE or bool(self.note.text().strip()))
        self.allow.setEnabled(complete)
        self.refuse.setEnabled(complete)

    def _answer(self, *, allow: bool) -> None:
        reason, note = self._reason, self.note.text().strip()
        self.finish()
        self.decided.emit(allow, reason, note)
