"""The shift: what came together, what was not accepted, what was given by hand, and earlier shifts."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.bar_chart import Bar, BarChart
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.pick_list import PickList
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import OneLine, label, show_if
from pos_app.ui.words.line import Line


class Page(StrEnum):
    """What the screen shows."""

    REPORT = "report"
    ATTEMPTS = "attempts"
    BY_HAND = "by_hand"
    EARLIER = "earlier"


PAGE_KEYS = {Page.REPORT: "F2", Page.ATTEMPTS: "F3", Page.BY_HAND: "F4", Page.EARLIER: "F5"}


class ShiftScreen(QWidget):
    """Emits what a person wants; shows what it is given."""

    page_wanted = Signal(str)
    open_wanted = Signal()
    close_wanted = Signal()
    by_hand_wanted = Signal()
    csv_wanted = Signal()
    pdf_wanted = Signal()
    print_wanted = Signal()
    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.sign = Sign("chart", "accent_text", 30)
        self.title, self.standing = label("heading"), OneLine("small")
        self.by_hand = Button(sign="plus", key="F10")
        self.act = Button("primary", sign="till", colour="on_accent", key="F9")
        self._open = False
        self.pages: dict[Page, Button] = {}
        self._group = QButtonGroup(self)
        self.csv, self.pdf = (
            Button("quiet", sign="download", key="F6"),
            Button("quiet", sign="download", key="F7"),
        )
        self.print = Button("quiet", sign="receipt", key="F8")
        self.told = Strip("accept")
        self.list = PickList()
        self.hours = BarChart(upright=True)
        self.refused, self.people = BarChart(tone="ask"), BarChart(tone="accept")
        self._list_card, self._charts = Card(margin=10), Card(margin=12)
        self._lay_out()
        self.by_hand.clicked.connect(self.by_hand_wanted)
        self.act.clicked.connect(self._want)
        self.csv.clicked.connect(self.csv_wanted)
        self.pdf.clicked.connect(self.pdf_wanted)
        self.print.clicked.connect(self.print_wanted)
        self.list.picked.connect(self.picked)
        self.speak()

    def show_standing(self, sentence: str, *, is_open: bool) -> None:
        """Say whether a shift is open, and offer what can be done about it."""
        self._open = is_open
        self.standing.setText(sentence)
        self._caption()

    def show_page(self, page: Page, title: str, lines: Sequence[Line], *, keep: bool = False) -> None:
        """Show lines under a title."""
        self.pages[page].setChecked(True)
        self.title.setText(title)
        self.list.put(lines, keep=keep)
        self.list.setAccessibleName(title)
        show_if(self._charts, page is Page.REPORT)
        show_if(self.pdf, page is Page.REPORT)
        show_if(self.print, page is Page.REPORT)
        show_if(self.csv, page in (Page.REPORT, Page.ATTEMPTS))

    def show_charts(self, hours: Sequence[Bar], refused: Sequence[Bar], people: Sequence[Bar]) -> None:
        """Show the report's charts."""
        self.hours.say(self.tr("Paid, hour by hour"), hours, self.tr("No sale yet."))
        self.refused.say(self.tr("Not accepted, by reason"), refused, self.tr("Everything was accepted."))
        self.people.say(self.tr("Paid, by person"), people, self.tr("No sale yet."))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        names = {
            Page.REPORT: self.tr("Report"),
            Page.ATTEMPTS: self.tr("Not accepted"),
            Page.BY_HAND: self.tr("By hand"),
            Page.EARLIER: self.tr("Earlier"),
        }
        for page, button in self.pages.items():
            button.caption(names[page])
        self.by_hand.caption(self.tr("Points by hand"), self.tr("Give or take points by hand"))
        self.csv.caption(self.tr("CSV"), self.tr("Save as CSV"))
        self.pdf.caption(self.tr("PDF"), self.tr("Save as PDF"))
        self.print.caption(self.tr("Print"), self.tr("Print on receipt paper"))
        self._caption()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        margin = look.px(12)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(look.px(8))
        self._charts.setFixedWidth(look.px(330))

    def _want(self) -> None:
        wanted = self.close_wanted if self._open else self.open_wanted
        wanted.emit()

    def _caption(self) -> None:
        if self._open:
            self.act.caption(self.tr("Close shift (Z)"), self.tr("Close the shift with its Z report"))
        else:
            self.act.caption(self.tr("Open shift"), self.tr("Open a shift with what is in the drawer"))

    def _lay_out(self) -> None:
        head, texts = QHBoxLayout(), QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.standing)
        head.addWidget(self.sign)
        head.addLayout(texts, 1)
        head.addWidget(self.by_hand)
        head.addWidget(self.act)
        tabs = QHBoxLayout()
        for page, key in PAGE_KEYS.items():
            button = Button("segment", key=key)
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, page=page: self.page_wanted.emit(page.value))
            self._group.addButton(button)
            self.pages[page] = button
            tabs.addWidget(button, 1)
        tabs.addWidget(self.csv)
        tabs.addWidget(self.pdf)
        tabs.addWidget(self.print)
        self._list_card.column.addWidget(self.list, 1)
        for chart in (self.hours, self.people, self.refused):
            self._charts.column.addWidget(chart, int(chart is self.hours))
        self._charts.column.addStretch(0)
        middle = QHBoxLayout()
        middle.addWidget(self._list_card, 1)
        middle.addWidget(self._charts)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addLayout(tabs)
        self._column.addWidget(self.told)
        self._column.addLayout(middle, 1)
