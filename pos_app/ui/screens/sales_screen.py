"""Sales: the list of this till's, a search by receipt, and one sale with what can be done about it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.pick_list import PickList
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from pos_app.ui.words.line import Line


class SalesScreen(QWidget):
    """Emits what a person wants; shows what it is given."""

    searched = Signal(str)
    picked = Signal(int)
    void_wanted = Signal()
    refund_wanted = Signal()
    undo_wanted = Signal()
    csv_wanted = Signal()
    receipt_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = TouchedField(Typing.LATIN)
        self.search, self.undo = Button(sign="receipt"), Button(sign="undo", key="F7")
        self.csv = Button("quiet", sign="download", key="F6")
        self.told, self.proof = Strip("accept"), Strip("accept")
        self.list, self.facts = PickList(), PickList()
        self.title, self.state = label("heading", wrap=True), Strip("ask")
        self.receipt = Button(sign="receipt", key="F8")
        self.void = Button(sign="close", key="F9")
        self.refund = Button("primary", sign="undo", colour="on_accent", key="F10")
        self._left, self._right = Card(margin=10), Card(margin=12)
        self._lay_out()
        self.field.returnPressed.connect(self._search)
        self.search.clicked.connect(self._search)
        self.list.picked.connect(self.picked)
        self.receipt.clicked.connect(self.receipt_wanted)
        self.void.clicked.connect(self.void_wanted)
        self.refund.clicked.connect(self.refund_wanted)
        self.undo.clicked.connect(self.undo_wanted)
        self.csv.clicked.connect(self.csv_wanted)
        self.speak()
        self.show_sale("", (), "", may_void=False, may_refund=False)

    def show_sales(self, lines: Sequence[Line], *, keep: bool = True) -> None:
        """Show a list of sales."""
        self.list.put(lines, keep=keep)

    def show_sale(
        self,
        title: str,
        facts: Sequence[Line],
        state: str,
        *,
        may_void: bool,
        may_refund: bool,
        may_print: bool = False,
    ) -> None:
        """Show one sale, how it stands, and what may be done about it; an empty title for none."""
        self.title.setText(title or self.tr("Choose a sale, or scan its receipt."))
        self.facts.put(facts)
        self.facts.setAccessibleName(title)
        show_if(self.facts, bool(facts))
        self.state.say(state)
        show_if(self.receipt, bool(title))
        self.receipt.setEnabled(may_print)
        show_if(self.void, bool(title))
        show_if(self.refund, bool(title))
        self.void.setEnabled(may_void)
        self.refund.setEnabled(may_refund)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        asked = self.tr("Receipt number, or scan the receipt")
        self.field.setPlaceholderText(asked)
        self.field.setAccessibleName(asked)
        self.search.caption(self.tr("Find"), self.tr("Find a sale by its receipt"))
        self.undo.caption(self.tr("Undo last"), self.tr("Undo the last sale of this till"))
        self.csv.caption(self.tr("CSV"), self.tr("Save the list as CSV"))
        self.receipt.caption(self.tr("Receipt"), self.tr("Show the receipt, print it again"))
        self.void.caption(self.tr("Void"), self.tr("Void the whole sale"))
        self.refund.caption(self.tr("Give back"), self.tr("Give back a part or the rest"))
        self.list.setAccessibleName(self.tr("Sales"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        margin = look.px(8 if look.compact else 12)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(look.px(8))
        self._right.setFixedWidth(look.px(400))

    def _search(self) -> None:
        text = self.field.text().strip()
        if text:
            self.searched.emit(text)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.field, 1)
        for button in (self.search, self.undo, self.csv):
            head.addWidget(button)
        self._left.column.addWidget(self.list, 1)
        answers = QHBoxLayout()
        answers.addWidget(self.receipt, 1)
        answers.addWidget(self.void, 1)
        self._right.column.addWidget(self.title)
        self._right.column.addWidget(self.proof)
        self._right.column.addWidget(self.state)
        self._right.column.addWidget(self.facts, 1)
        self._right.column.addStretch(0)
        self._right.column.addLayout(answers)
        self._right.column.addWidget(self.refund)
        middle = QHBoxLayout()
        middle.addWidget(self._left, 1)
        middle.addWidget(self._right)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self.told)
        self._column.addLayout(middle, 1)
