"""Asking for money that was counted: one or two amounts, and a note where there is something to add."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from pos_app.ui.sheets.reasons import note_field
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.keypad import Keypad
from pos_app.ui.widgets.text import label
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError

FIGURES = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", ".", "back"))


class CashSheet(Sheet):
    """``entered`` carries the amounts in minor units, in the order of the fields, and the note.

    Of ``fields`` (captions) the first must be filled in; an empty other one is zero. ``wrong`` carries the
    ``UserError`` of an amount that cannot be read: answer with ``show_problem``.
    """

    entered = Signal(tuple, str)
    wrong = Signal(object)

    def __init__(
        self,
        title: str,
        sentence: str,
        fields: Sequence[str],
        answer: str,
        *,
        currency: str,
        exponent: int,
        note: str = "",
    ) -> None:
        super().__init__(title, sentence, sign="till", colour="accent_text", wide=True)
        self._currency, self._exponent = currency, exponent
        self.fields = [self._field(caption) for caption in fields]
        column, row = QVBoxLayout(), QHBoxLayout()
        for caption, field in zip(fields, self.fields, strict=True):
            column.addWidget(label("caps", caption))
            column.addWidget(field)
        self.note = note_field(note)
        if note:
            column.addWidget(self.note)
        column.addStretch(1)
        self.keypad = Keypad(FIGURES)
        self.keypad.pressed.connect(self._press)
        self.keypad.back.connect(lambda: self._now().backspace())
        row.addLayout(column, 3)
        row.addWidget(self.keypad, 2)
        self._row = row
        self.body.addLayout(row, 1)
        self.add_cancel()
        self.go_on = self.add_answer(answer, key=ANSWER, role="primary", sign="check")
        self.go_on.clicked.connect(self._answer)

    def begin(self) -> None:
        """Begin in the first field."""
        self.fields[0].setFocus()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._row.setSpacing(look.px(16))

    def _field(self, caption: str) -> QLineEdit:
        field = QLineEdit()
        field.setProperty("role", "amount")
        field.setAccessibleName(caption)
        return field

    def _now(self) -> QLineEdit:
        """Return the field that is being filled in."""
        focused = self.focusWidget()
        return next((field for field in self.fields if field is focused), self.fields[0])

    def _press(self, figure: str) -> None:
        self._now().insert(figure)

    def _answer(self) -> None:
        amounts = []
        for number, field in enumerate(self.fields):
            if number and not field.text().strip():
                amounts.append(0)
                continue
            try:
                amounts.append(parse_amount(field.text(), self._currency, self._exponent))
            except UserError as error:
                field.setFocus()
                self.wrong.emit(error)
                return
        self.entered.emit(tuple(amounts), self.note.text().strip())
