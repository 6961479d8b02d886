"""Asking why: one of a few reasons by touch or figure, and a note."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout

from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import label
from pos_app.ui.widgets.touched_field import TouchedField

MAX_REASONS = 9
"""One figure each."""
MAX_NOTE_CHARS = 500
_COLUMNS = 2


class ReasonSheet(Sheet):
    """``chosen`` carries the reason's identifier and the note (which may be empty unless it is required).

    ``reasons`` are (identifier, words) pairs.
    """

    chosen = Signal(str, str)

    def __init__(
        self, title: str, sentence: str, reasons: Sequence[tuple[str, str]], *, note_required: bool = False
    ) -> None:
        super().__init__(title, sentence, sign="help", colour="accent_text", wide=True)
        self._reasons = tuple(reasons)[:MAX_REASONS]
        self._note_required = note_required
        self.choices: list[Button] = []
        self._group = QButtonGroup(self)
        grid = QGridLayout()
        for number, (_, words) in enumerate(self._reasons):
            choice = Button("choice")
            choice.setCheckable(True)
            choice.key = str(number + 1)
            choice.caption(f"{number + 1}   {words}", words)
            self._group.addButton(choice, number)
            self.choices.append(choice)
            grid.addWidget(choice, number // _COLUMNS, number % _COLUMNS)
        self._grid = grid
        self.note = TouchedField()
        self.note.setMaxLength(MAX_NOTE_CHARS)
        asked = (
            self.tr("Note (required)") if note_required else self.tr("Note (if there is something to add)")
        )
        self.note.setPlaceholderText(asked)
        self.note.setAccessibleName(asked)
        self._caption = label("caps", self.tr("Note"))
        self.body.addLayout(grid)
        self.body.addWidget(self._caption)
        self.body.addWidget(self.note)
        self.add_cancel()
        self.go_on = self.add_answer(self.tr("Go on"), key=ANSWER, role="primary", sign="arrow")
        self.go_on.clicked.connect(self._answer)
        self._group.idToggled.connect(self._check)
        self.note.textChanged.connect(self._check)
        self._check()

    @property
    def reason(self) -> str:
        """The reason that is chosen; empty before one is."""
        number = self._group.checkedId()
        return self._reasons[number][0] if number >= 0 else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a reason by its figure; in the note's field figures are text and never come here."""
        number = event.key() - Qt.Key.Key_1
        if event.text() and 0 <= number < len(self.choices):
            self.choices[number].setChecked(True)
            if self._note_required:
                self.note.setFocus()
            event.accept()
            return
        super().keyPressEvent(event)

    def _check(self) -> None:
        complete = bool(self.reason) and (bool(self.note.text().strip()) or not self._note_required)
        self.go_on.setEnabled(complete)

    def _answer(self) -> None:
        reason, note = self.reason, self.note.text().strip()
        self.finish()
        self.chosen.emit(reason, note)
