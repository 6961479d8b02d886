"""The guest card: tier and the way to the next one, points, and what the guest may have for them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.column_list import RowColumn
from pos_app.ui.widgets.sale_row import Row
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import OneLine, label, set_tone, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from pos_app.ui.words.guest import GuestText

MAX_CHOICES = 40
"""Rewards that are listed; those that the guest may take come first."""
MAX_POINTS_CHARS = 7


class ChoiceRow(Row):
    """Something that the guest may have, with the button that puts it on the bill or takes it off."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__("gift")
        self._compact = self._taken = False
        self._name = ""
        self.button = Button("", sign="plus", side=18)
        self.button.clicked.connect(self.chosen)
        self.row.addWidget(self.button)

    def dress(self, look: Look) -> None:
        """Take on the size; a small screen has room for the words of the offer, or for those of the key."""
        super().dress(look)
        self._compact = look.compact
        self._caption()

    def show_state(self, *, enabled: bool, taken: bool, name: str) -> None:
        """Show whether it can be taken, or stands on the bill."""
        self.button.setEnabled(enabled or taken)
        self.button.show_icon("close" if taken else "plus")
        self._taken, self._name = taken, name
        self._caption()

    def _caption(self) -> None:
        word = self.tr("Take off") if self._taken else self.tr("Take")
        said = self.tr("Take off: {what}") if self._taken else self.tr("Take: {what}")
        self.button.caption("" if self._compact else word, said.format(what=self._name))


class GuestPanel(QWidget):
    """Emits what the cashier does.

    ``pay`` carries how many points are to pay (0 for none), ``reward`` one and whether it is taken,
    ``voucher`` the number of the code of one that the guest carries. ``whole_wanted`` asks for room for all of it.
    """

    pay = Signal(int)
    reward = Signal(object, bool)
    voucher = Signal(int)
    whole_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text: GuestText | None = None
        self.points = OneLine("strong")
        self.way = OneLine("small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.offer = OneLine("")
        self.how_many = TouchedField(Typing.FIGURES)
        self.how_many.setMaxLength(MAX_POINTS_CHARS)
        self.how_many.setValidator(QIntValidator(0, 10**MAX_POINTS_CHARS, self))
        self.how_many.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.how_many.returnPressed.connect(self._pay)
        self.pay_button = Button("", sign="card", key="Ctrl+B")
        self.pay_button.clicked.connect(self._toggle)
        self.choices: RowColumn[ChoiceRow] = RowColumn(self._make_row, most=MAX_CHOICES)
        self.caption = label("caps")
        self.more = Button("", sign="gift")
        self.more.clicked.connect(self.whole_wanted)
        self._brief = False
        self._pay_line = QHBoxLayout()
        self._pay_line.addWidget(self.how_many)
        self._pay_line.addWidget(self.pay_button, 1)
        self._pay_line.addWidget(self.more)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.points, self.bar, self.way, self.offer):
            self._column.addWidget(widget)
        self._column.addLayout(self._pay_line)
        self._column.addWidget(self.caption)
        # They scroll with the card that the panel stands in: a list that scrolls by itself would be a second bar.
        self._column.addWidget(self.choices)
        self._column.addStretch(1)
        self.speak()
        self.hide()

    def show_guest(self, text: GuestText) -> None:
        """Fill the card in."""
        self._text = text
        self.points.setText(text.points)
        self.way.setText(text.way)
        show_if(self.way, bool(text.way))
        show_if(self.bar, text.progress is not None)
        if text.progress is not None:
            self.bar.setValue(text.progress)
        self.bar.setAccessibleName(text.way)
        self.offer.setText(text.pay)
        for widget in (self.offer, self.how_many, self.pay_button):
            show_if(widget, bool(text.pay))
        self.how_many.setEnabled(not text.paying)
        self.how_many.setPlaceholderText(str(text.most_points))
        self._caption_of_pay()
        rows = self.choices.show_rows(len(text.choices))
        for row, choice in zip(rows, text.choices, strict=False):
            row.say(choice.title, choice.note, choice.worth)
            set_tone(row.value, "accept")
            row.sign.show_icon("ticket" if choice.reward is None else "gift")
            row.show_state(enabled=choice.enabled, taken=choice.taken, name=choice.title)
        self._arrange()

    def show_brief(self, *, brief: bool) -> None:
        """Where there is half the room, count what the guest may have rather than list a row and a half of it."""
        self._brief = brief
        self._arrange()

    def clear_points(self) -> None:
        """Forget how many points were typed."""
        self.how_many.clear()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._column.setSpacing(look.px(4 if look.compact else 6))
        self._pay_line.setSpacing(look.px(6))
        self.how_many.setFixedWidth(look.px(86))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.how_many.setAccessibleName(self.tr("How many points pay"))
        self.caption.setText(self.tr("Vouchers and rewards"))
        self.choices.setAccessibleName(self.tr("Vouchers and rewards"))
        self._caption_of_pay()
        self._arrange()

    def _arrange(self) -> None:
        count = len(self._text.choices) if self._text is not None else 0
        for widget in (self.caption, self.choices):
            show_if(widget, count > 0 and not self._brief)
        show_if(self.more, count > 0 and self._brief)
        words = self.tr("Vouchers and rewards: {count}").format(count=count)
        alone = self._text is None or not self._text.pay
        self.more.caption(words if alone else str(count), words)

    def _caption_of_pay(self) -> None:
        paying = self._text is not None and self._text.paying > 0
        if paying:
            self.pay_button.caption(self.tr("Take off"), self.tr("Pay without points"))
        else:
            self.pay_button.caption(self.tr("Pay with points"), self.tr("Pay a part with the guest's points"))

    def _make_row(self) -> ChoiceRow:
        row = ChoiceRow()
        row.chosen.connect(lambda: self._choose(self.choices.rows.index(row)))
        return row

    def _choose(self, place: int) -> None:
        if self._text is not None and place < len(self._text.choices):
            choice = self._text.choices[place]
            if choice.reward is None:
                self.voucher.emit(choice.code_id)
                return
            self.reward.emit(choice.reward, not choice.taken)

    def _toggle(self) -> None:
        if self._text is not None and self._text.paying:
            self.pay.emit(0)
        else:
            self._pay()

    def _pay(self) -> None:
        """Take as many as were typed; nothing typed is as many as can be."""
        if self._text is None:
            return
        typed = self.how_many.text().strip()
        self.pay.emit(min(int(typed), self._text.most_points) if typed else self._text.most_points)
