"""The sale: amount, codes with what each one gives, what is to pay, Confirm."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.column_list import ColumnList
from pos_app.ui.widgets.keypad import AMOUNT_ROWS, Keypad
from pos_app.ui.widgets.sale_row import CodeRow
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.words.basket import applied_lines
from pos_app.ui.words.speech import Speech
from pos_app.usecases.results import LookUp, Priced
from sync.rules.typed_amount import MAX_TYPED_CHARS

MAX_APPLIED = 20
"""Codes that one sale may take."""


class BasketPanel(Card):
    """Emits what the cashier does; it decides nothing and prices nothing."""

    amount_edited = Signal(str)
    remove = Signal(int)
    confirm = Signal()
    clear = Signal()

    def __init__(self) -> None:
        super().__init__(margin=10, spacing=8)
        self.amount = QLineEdit()
        self.amount.setProperty("role", "amount")
        self.amount.setMaxLength(MAX_TYPED_CHARS)
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.currency = label("muted")
        self.currency.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty = Button("icon", sign="undo", colour="muted", key="F6")
        self.problem = Strip("ask")
        self.keypad = Keypad(AMOUNT_ROWS)
        self.applied: ColumnList[CodeRow] = ColumnList(self._make_row, most=MAX_APPLIED)
        self.applied.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.hint = label("small", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._totals = QGridLayout()
        self._count = 0
        self._places: list[int] = []
        self.captions = (label("muted"), label("muted"), label("strong"))
        self.figures = (label("value"), label("value", tone="accept"), label("amount"))
        self.confirm_button = Button("primary", sign="check", colour="on_accent", key="F9")
        self._place()
        self._connect()
        self.speak()

    def _place(self) -> None:
        self._line = QHBoxLayout()
        for widget, stretch in ((self.amount, 1), (self.currency, 0), (self.empty, 0)):
            self._line.addWidget(widget, stretch)
        for row, (caption, figure) in enumerate(zip(self.captions, self.figures, strict=True)):
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._totals.addWidget(caption, row, 0)
            self._totals.addWidget(figure, row, 1)
        self._totals.setColumnStretch(1, 1)
        self.column.addLayout(self._line)
        self.column.addWidget(self.keypad)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.hint, 1)
        self.column.addWidget(self.applied, 1)
        self.column.addLayout(self._totals)
        self.column.addWidget(self.confirm_button)

    def _connect(self) -> None:
        self.amount.textEdited.connect(self.amount_edited)
        self.amount.returnPressed.connect(self.confirm)
        self.keypad.pressed.connect(self._press)
        self.keypad.back.connect(lambda: self._set_amount(self.amount.text()[:-1]))
        self.confirm_button.clicked.connect(self.confirm)
        self.empty.clicked.connect(self.clear)

    def show_sale(
        self, look_ups: tuple[LookUp, ...], priced: Priced | None, speech: Speech, *, ready: bool
    ) -> None:
        """Show the codes that were scanned and, once there is an amount, what each one gives.

        ``ready`` tells whether the sale can be confirmed now.
        """
        self._count = len(look_ups)
        self.currency.setText(speech.currency)
        lines = applied_lines(look_ups, priced, speech)
        for row, line in zip(self.applied.show_rows(len(lines)), lines, strict=True):
            row.say(line.title, line.note, line.value)
            row.show_state(applies=line.applies, why=line.why)
        self._places = [line.place for line in lines]
        total, off, paid = self.figures
        total.setText(speech.money(priced.total_minor if priced else 0))
        off.setText(speech.money(-priced.discount_minor) if priced and priced.discount_minor else "–")
        paid.setText(speech.money(priced.paid_minor if priced else 0))
        self.confirm_button.setEnabled(ready)

    def show_problem(self, sentence: str, advice: str = "") -> None:
        """Say what stands in the way of this sale; an empty sentence for nothing."""
        self.problem.say(sentence, advice)
        show_if(self.hint, not self._count and not sentence)
        show_if(self.applied, bool(self._count))

    def show_amount(self, text: str) -> None:
        """Put an amount into the field without telling anybody."""
        self.amount.setText(text)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._line.setSpacing(look.px(4))
        self._totals.setVerticalSpacing(look.px(0 if look.compact else 4))
        self.applied.setMinimumHeight(look.px(44))
        self.confirm_button.setMinimumHeight(look.px(52 if look.compact else 60))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.amount.setPlaceholderText(QLocale().toString(0.0, "f", 2))
        self.amount.setAccessibleName(self.tr("Amount of the bill"))
        self.empty.caption(self.tr("Start over"), self.tr("Clear amount and codes"))
        self.hint.setText(self.tr("Scanned codes appear here, each with what it gives."))
        self.applied.setAccessibleName(self.tr("Codes of this sale"))
        for caption, text in zip(
            self.captions, (self.tr("Total"), self.tr("Discount"), self.tr("To pay")), strict=True
        ):
            caption.setText(text)
        for figure, caption in zip(self.figures, self.captions, strict=True):
            figure.setAccessibleDescription(caption.text())
        self.confirm_button.caption(self.tr("Confirm"), self.tr("Confirm the sale"))

    def _make_row(self) -> CodeRow:
        row = CodeRow()
        row.remove.connect(lambda: self.remove.emit(self._places[self.applied.rows.index(row)]))
        return row

    def _press(self, figure: str) -> None:
        if self.amount.hasSelectedText():
            self._set_amount(figure)
        elif len(self.amount.text()) < MAX_TYPED_CHARS:
            self._set_amount(self.amount.text() + figure)

    def _set_amount(self, text: str) -> None:
        self.amount.setText(text)
        self.amount_edited.emit(text)
