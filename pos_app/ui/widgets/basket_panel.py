"""The bill: amount, what is sold, codes with what each one gives, what is to pay, Confirm."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pos_app.ui.basket import MAX_CODES, MAX_LINES, MAX_REWARDS, Basket
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.bill_list import BillList, ItemRow
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.sale_row import CodeRow
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from pos_app.ui.words.basket import applied_lines, better_words, reward_lines, sold_lines
from pos_app.ui.words.speech import Speech
from sync.rules.typed_amount import MAX_TYPED_CHARS


class BasketPanel(Card):
    """Emits what the cashier does; it decides nothing and prices nothing.

    ``remove`` and ``count`` carry the place of a code and of a line (with its new number of pieces).
    """

    amount_edited = Signal(str)
    amount_touched = Signal()
    remove = Signal(int)
    count = Signal(int, int)
    confirm = Signal()
    clear = Signal()
    better = Signal()

    def __init__(self) -> None:
        super().__init__(margin=10, spacing=6)
        self.amount = TouchedField(Typing.OWN)
        self.amount.setProperty("role", "amount")
        self.amount.setMaxLength(MAX_TYPED_CHARS)
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.currency = label("muted")
        self.currency.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty = Button("icon", sign="undo", colour="muted", key="F6")
        self.problem = Strip("ask")
        self.applied = BillList(
            self._make_code, self._make_line, codes=MAX_CODES + MAX_REWARDS, lines=MAX_LINES
        )
        self.applied.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.hint = label("small", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.offer = Strip("accent", sign="gift")
        self.take_better = Button("", sign="check", key="F10", side=18)
        self._totals = QGridLayout()
        self._lines = self._codes = self._row_height = 0
        self._whole = False
        self._places: list[int] = []
        self._counts: list[int] = []
        self.captions = (label("muted"), label("muted"), label("muted"), label("strong"))
        self.points_figure = label("value", tone="accept")
        self.figures = (label("value"), label("value", tone="accept"), label("amount"))
        self.confirm_button = Button("primary", sign="check", colour="on_accent", key="F9")
        self._place()
        self._connect()
        self.speak()

    def _place(self) -> None:
        self._line = QHBoxLayout()
        for widget, stretch in ((self.amount, 1), (self.currency, 0), (self.empty, 0)):
            self._line.addWidget(widget, stretch)
        total, off, paid = self.figures
        for row, (caption, figure) in enumerate(
            zip(self.captions, (total, off, self.points_figure, paid), strict=True)
        ):
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._totals.addWidget(caption, row, 0)
            self._totals.addWidget(figure, row, 1)
        self._totals.setColumnStretch(1, 1)
        self._offer = QWidget()
        below = QVBoxLayout(self._offer)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.offer)
        below.addWidget(self.take_better)
        self.column.addLayout(self._line)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.hint, 1)
        self.column.addWidget(self.applied, 1)
        self.column.addWidget(self._offer)
        self.column.addLayout(self._totals)
        self.column.addWidget(self.confirm_button)

    def _connect(self) -> None:
        self.amount.textEdited.connect(self.amount_edited)
        self.amount.returnPressed.connect(self.confirm)
        self.amount.touched.connect(self.amount_touched)
        self.confirm_button.clicked.connect(self.confirm)
        self.empty.clicked.connect(self.clear)
        self.take_better.clicked.connect(self.better)

    def show_sale(self, basket: Basket, speech: Speech, *, ready: bool) -> None:
        """Show what is sold and the codes that were scanned and, once there is an amount, what each one gives.

        ``ready`` tells whether the sale can be confirmed now.
        """
        self.currency.setText(speech.currency)
        self._show_lines(basket, speech)
        self._show_codes(basket, speech)
        quote, priced = basket.quote, basket.priced
        total, off, paid = self.figures
        # What is sold is known at once; only what comes off is worked out on another thread.
        total.setText(speech.money(priced.total_minor if priced else basket.total_minor))
        off.setText(speech.money(-priced.discount_minor) if priced and priced.discount_minor else "–")
        paid.setText(speech.money(quote.money_minor if quote else basket.total_minor))
        by_points = quote.paying.amount_minor if quote else 0
        self.points_figure.setText(speech.money(-by_points))
        for widget in (self.points_figure, self.captions[2]):
            show_if(widget, by_points > 0)
        better = quote.better if quote else None
        more, take = better_words(better, speech) if better else ("", "")
        self.offer.say(more)
        self.take_better.caption(take, take)
        show_if(self._offer, better is not None)
        self.show_ready(ready=ready)

    def show_ready(self, *, ready: bool) -> None:
        """Let the sale be confirmed, or not yet."""
        self.confirm_button.setEnabled(ready)

    def unfold(self, *, whole: bool) -> None:
        """Show every line and code at once, or scroll them in the room that is left."""
        self._whole = whole
        self.applied.unfold(whole=whole)
        # A least height that is set counts for more than what the list asks for.
        self.applied.setMinimumHeight(0 if whole else self._row_height)

    def show_problem(self, sentence: str, advice: str = "") -> None:
        """Say what stands in the way of this sale; an empty sentence for nothing."""
        self.problem.say(sentence, advice)
        any_row = bool(self._lines or self._codes)
        show_if(self.hint, not any_row)
        show_if(self.applied, any_row)

    def show_amount(self, text: str) -> None:
        """Put an amount into the field without telling anybody."""
        self.amount.setText(text)

    def press(self, figure: str) -> None:
        """Type a figure, as the key of the keypad that was touched."""
        if self.amount.hasSelectedText():
            self.set_amount(figure)
        elif len(self.amount.text()) + len(figure) <= MAX_TYPED_CHARS:
            self.set_amount(self.amount.text() + figure)

    def delete_last(self) -> None:
        """Take the last sign of the amount away."""
        self.set_amount(self.amount.text()[:-1])

    def set_amount(self, text: str) -> None:
        """Put an amount into the field, as if it were typed."""
        self.amount.setText(text)
        self.amount_edited.emit(text)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._line.setSpacing(look.px(4))
        self._totals.setVerticalSpacing(look.px(0 if look.compact else 4))
        self._row_height = look.px(48)
        self.unfold(whole=self._whole)
        self.confirm_button.setMinimumHeight(look.px(56 if look.compact else 64))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.amount.setPlaceholderText(QLocale().toString(0.0, "f", 2))
        self.amount.setAccessibleName(self.tr("Amount of the bill"))
        self.empty.caption(self.tr("Start over"), self.tr("Clear amount and codes"))
        self.hint.setText(self.tr("Type the amount or choose items; scanned codes appear here too."))
        self.applied.setAccessibleName(self.tr("What is sold, and the codes of this sale"))
        captions = (self.tr("Total"), self.tr("Discount"), self.tr("By points"), self.tr("To pay"))
        for caption, text in zip(self.captions, captions, strict=True):
            caption.setText(text)
        total, off, paid = self.figures
        for figure, text in zip((total, off, self.points_figure, paid), captions, strict=True):
            figure.setAccessibleDescription(text)
        self.confirm_button.caption(self.tr("Confirm"), self.tr("Confirm the sale"))

    def _show_lines(self, basket: Basket, speech: Speech) -> None:
        lines = sold_lines(basket.bill, speech)
        grown = len(lines) > self._lines
        self._lines = len(lines)
        self._counts = [line.quantity for line in lines]
        rows = self.applied.show_lines(len(lines))
        for row, line in zip(rows, lines, strict=False):
            row.say(line.title, line.note, line.value)
            row.show_count(line.quantity, line.title)
        if grown and rows:
            self.applied.show_last(rows[-1])

    def _show_codes(self, basket: Basket, speech: Speech) -> None:
        lines = [
            *applied_lines(tuple(basket.look_ups), basket.priced, speech),
            *reward_lines(basket.rewards, len(basket.look_ups)),
        ]
        self._codes = len(lines)
        for row, line in zip(self.applied.show_rows(len(lines)), lines, strict=False):
            row.say(line.title, line.note, line.value)
            row.show_state(applies=line.applies, why=line.why, sign=line.sign)
        self._places = [line.place for line in lines]

    def _make_code(self) -> CodeRow:
        row = CodeRow()
        row.remove.connect(lambda: self.remove.emit(self._places[self.applied.rows.index(row)]))
        return row

    def _make_line(self) -> ItemRow:
        row = ItemRow()
        row.fewer.connect(lambda: self._step(row, -1))
        row.more.connect(lambda: self._step(row, 1))
        return row

    def _step(self, row: ItemRow, step: int) -> None:
        place = self.applied.lines.index(row)
        self.count.emit(place, self._counts[place] + step)
