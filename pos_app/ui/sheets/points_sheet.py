"""Asking how many points are given or taken by hand, and why."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout

from pos_app.ui.sheets.reasons import Reasons, note_field
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.keypad import Keypad
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import label

MOST = 1_000_000
FIGURES = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", "00", "back"))


class PointsSheet(Sheet):
    """``entered`` carries points (below zero to take them), the reason's identifier and the note."""

    entered = Signal(int, str, str)

    def __init__(self, title: str, sentence: str, reasons: Sequence[tuple[str, str]]) -> None:
        super().__init__(title, sentence, sign="star", colour="accent_text", wide=True)
        self.give, self.take = Button("choice", sign="plus"), Button("choice", sign="minus")
        self.give.caption(self.tr("Give"), self.tr("Give points"))
        self.take.caption(self.tr("Take"), self.tr("Take points"))
        self._direction = QButtonGroup(self)
        for button in (self.give, self.take):
            button.setCheckable(True)
            self._direction.addButton(button)
        self.give.setChecked(True)
        self.points = QLineEdit()
        self.points.setProperty("role", "amount")
        self.points.setValidator(QIntValidator(1, MOST, self.points))
        self.points.setPlaceholderText(self.tr("Points"))
        self.points.setAccessibleName(self.tr("Points"))
        self._why = Reasons(reasons, figures=False)
        self.choices = self._why.choices
        self.note = note_field(self.tr("What happened (required)"))
        self._lay_out()
        self.add_cancel()
        self.go_on = self.add_answer(self.tr("Record"), key=ANSWER, role="primary", sign="check")
        self.go_on.clicked.connect(self._answer)
        self.points.textChanged.connect(self._check)
        self.note.textChanged.connect(self._check)
        self._why.changed.connect(self._check)
        self._judging = False
        self._check()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._beside.setSpacing(look.px(16))

    def begin(self) -> None:
        """Begin with the number."""
        self.points.setFocus()

    def show_problem(self, sentence: str, advice: str = "") -> None:
        """Say why it was not recorded; it may be changed and tried again."""
        self._judging = False
        self._check()
        super().show_problem(sentence, advice)

    def cancel(self) -> None:
        """Leave, unless it is being recorded."""
        if not self._judging:
            super().cancel()

    def _lay_out(self) -> None:
        """Put what is asked at the left, the figures at the right."""
        self.keypad = Keypad(FIGURES)
        self.keypad.pressed.connect(self.points.insert)
        self.keypad.back.connect(self.points.backspace)
        row, left, self._beside = QHBoxLayout(), QVBoxLayout(), QHBoxLayout()
        row.addWidget(self.points, 2)
        row.addWidget(self.give, 2)
        row.addWidget(self.take, 2)
        left.addLayout(row)
        left.addWidget(label("caps", self.tr("Reason")))
        left.addLayout(self._why)
        left.addStretch(1)
        left.addWidget(self.note)
        self._beside.addLayout(left, 5)
        self._beside.addWidget(self.keypad, 2)
        self.body.addLayout(self._beside, 1)

    def _check(self) -> None:
        complete = self.points.hasAcceptableInput() and bool(self._why.chosen)
        self.go_on.setEnabled(complete and bool(self.note.text().strip()) and not self._judging)

    def _answer(self) -> None:
        number = int(self.points.text())
        self._judging = True
        self._check()
        points = number if self.give.isChecked() else -number
        self.entered.emit(points, self._why.chosen, self.note.text().strip())
