"""Asking what of a sale goes back: whole lines, or an amount."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from pos_app.ui.sheets.cash_sheet import FIGURES
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.keypad import Keypad
from pos_app.ui.widgets.pick_list import PickList
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import label
from pos_app.ui.words.line import Line
from sync.rules.money import plain_number
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError


class RefundSheet(Sheet):
    """``by_lines`` carries the numbers of the lines that go back, ``by_amount`` an amount in minor units.

    ``left`` is what of each line can still go back. ``wrong`` carries the ``UserError`` of an amount that cannot
    be read: answer with ``show_problem``.
    """

    by_lines = Signal(tuple)
    by_amount = Signal(int)
    wrong = Signal(object)

    def __init__(
        self,
        title: str,
        sentence: str,
        lines: Sequence[Line],
        left: Sequence[int],
        *,
        currency: str,
        exponent: int,
    ) -> None:
        super().__init__(title, sentence, sign="undo", colour="accent_text", wide=True)
        self._left, self._currency, self._exponent = tuple(left), currency, exponent
        self.lines = PickList(several=True)
        self.lines.setAccessibleName(self.tr("Lines of the sale"))
        self.lines.put(lines)
        self.amount = QLineEdit()
        self.amount.setProperty("role", "amount")
        self.amount.setAccessibleName(self.tr("Amount that goes back"))
        self.keypad = Keypad(FIGURES)
        self.keypad.pressed.connect(self._press)
        self.keypad.back.connect(lambda: self._type(self.amount.text()[:-1]))
        self.all = Button("")
        self.all.caption(self.tr("Everything"), self.tr("Give back everything that is left"))
        row = QHBoxLayout()
        row.addWidget(self.amount, 3)
        row.addWidget(self.all, 2)
        column, self._beside = QVBoxLayout(), QHBoxLayout()
        column.addWidget(label("caps", self.tr("Mark lines, or type an amount")))
        column.addWidget(self.lines, 1)
        column.addLayout(row)
        self._beside.addLayout(column, 3)
        self._beside.addWidget(self.keypad, 2)
        self.body.addLayout(self._beside, 1)
        self.add_cancel()
        self.go_on = self.add_answer(self.tr("Go on"), key=ANSWER, role="primary", sign="arrow")
        self.go_on.clicked.connect(self._answer)
        self.all.clicked.connect(self._everything)
        self.lines.selectionModel().selectionChanged.connect(self._count)
        self.amount.textEdited.connect(self.lines.clearSelection)
        self.amount.textChanged.connect(self._check)
        self._check()

    def begin(self) -> None:
        """Begin with the amount."""
        self.amount.setFocus()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.lines.setMinimumHeight(look.px(130))
        self._beside.setSpacing(look.px(16))

    def _press(self, figure: str) -> None:
        """Type a figure as a key of the keyboard would; what marked lines come to is not added to."""
        anew = self.amount.hasSelectedText() or bool(self.lines.chosen)
        self._type(figure if anew else self.amount.text() + figure)

    def _type(self, text: str) -> None:
        self.lines.clearSelection()
        self.amount.setText(text)

    def _count(self) -> None:
        """Write what the marked lines come to."""
        chosen = self.lines.chosen
        if chosen:
            self._write(sum(self._left[line] for line in chosen))
        elif not self.amount.hasFocus():
            self.amount.clear()

    def _everything(self) -> None:
        self.lines.clearSelection()
        self._write(sum(self._left))

    def _write(self, minor: int) -> None:
        self.amount.setText(plain_number(minor, self._exponent))

    def _check(self) -> None:
        self.go_on.setEnabled(bool(self.amount.text().strip()))

    def _answer(self) -> None:
        chosen = self.lines.chosen
        if chosen:
            self.finish()
            self.by_lines.emit(chosen)
            return
        try:
            amount = parse_amount(self.amount.text(), self._currency, self._exponent)
        except UserError as error:
            self.wrong.emit(error)
            return
        self.finish()
        self.by_amount.emit(amount)
