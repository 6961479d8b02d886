"""Cases: what the office asks about this till and what the till found by itself, each with what to do."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.pick_list import PickList
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import OneLine, label, show_if
from pos_app.ui.words.line import Line


class CasesScreen(QWidget):
    """``picked`` carries a line's number; ``sale_wanted`` asks for the sale that the shown case is about."""

    picked = Signal(int)
    sale_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sign = Sign("inbox", "accent_text", 30)
        self.heading, self.count = label("heading"), OneLine("small")
        self.list, self.facts = PickList(), PickList()
        self.title, self.what = label("heading", wrap=True), label("", wrap=True)
        self.advice = Strip("accent")
        self.sale = Button(sign="receipt", key="F9")
        self._left, self._right = Card(margin=10), Card(margin=14)
        head, texts = QHBoxLayout(), QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.heading)
        texts.addWidget(self.count)
        head.addWidget(self.sign)
        head.addLayout(texts, 1)
        self._left.column.addWidget(self.list, 1)
        for widget in (self.title, self.what, self.advice):
            self._right.column.addWidget(widget)
        self._right.column.addWidget(self.facts, 1)
        self._right.column.addWidget(self.sale)
        middle = QHBoxLayout()
        middle.addWidget(self._left, 1)
        middle.addWidget(self._right)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addLayout(middle, 1)
        self.list.picked.connect(self.picked)
        self.sale.clicked.connect(self.sale_wanted)
        self.speak()

    def show_cases(self, lines: Sequence[Line], said: str) -> None:
        """Show the list and how many there are."""
        self.list.put(lines, keep=True)
        self.count.setText(said)

    def show_case(self, title: str, what: str, advice: str, facts: Sequence[Line], *, has_sale: bool) -> None:
        """Show one case: what happened, and what to do; an empty title for none."""
        self.title.setText(title)
        self.what.setText(what)
        self.advice.say(advice)
        self.facts.put(facts)
        self.facts.setAccessibleName(title)
        show_if(self.sale, has_sale)
        show_if(self._right, bool(title))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.heading.setText(self.tr("Cases of this till"))
        self.list.setAccessibleName(self.tr("Cases of this till"))
        self.sale.caption(self.tr("Show the sale"), self.tr("Show the sale that this is about"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        margin = look.px(12)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(look.px(8))
        self._right.setFixedWidth(look.px(420))
