"""Asking why: one of a few reasons by touch or figure, and a note."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent

from pos_app.ui.sheets.reasons import Reasons, note_field
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.widgets.text import label


class ReasonSheet(Sheet):
    """``chosen`` carries the reason's identifier and the note (which may be empty unless it is required).

    ``reasons`` are (identifier, words) pairs.
    """

    chosen = Signal(str, str)

    def __init__(
        self, title: str, sentence: str, reasons: Sequence[tuple[str, str]], *, note_required: bool = False
    ) -> None:
        super().__init__(title, sentence, sign="help", colour="accent_text", wide=True)
        self._note_required = note_required
        self._why = Reasons(reasons)
        self.choices = self._why.choices
        self.note = note_field(
            self.tr("Note (required)") if note_required else self.tr("Note (if there is something to add)")
        )
        self._caption = label("caps", self.tr("Note"))
        self.body.addLayout(self._why)
        self.body.addWidget(self._caption)
        self.body.addWidget(self.note)
        self.add_cancel()
        self.go_on = self.add_answer(self.tr("Go on"), key=ANSWER, role="primary", sign="arrow")
        self.go_on.clicked.connect(self._answer)
        self._why.changed.connect(self._check)
        self.note.textChanged.connect(self._check)
        self._check()

    @property
    def reason(self) -> str:
        """The reason that is chosen; empty before one is."""
        return self._why.chosen

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a reason by its figure; in the note's field figures are text and never come here."""
        if not self._why.take_key(event):
            super().keyPressEvent(event)
        elif self._note_required:
            self.note.setFocus()

    def _check(self) -> None:
        complete = bool(self.reason) and (bool(self.note.text().strip()) or not self._note_required)
        self.go_on.setEnabled(complete)

    def _answer(self) -> None:
        reason, note = self.reason, self.note.text().strip()
        self.finish()
        self.chosen.emit(reason, note)
