"""The middle of the till screen: what was scanned, and the ways to say what is sold.

A large screen shows the verdict above the keys; a small one shows one of them at a time, by the tabs.
"""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.item_grid import ItemGrid
from pos_app.ui.widgets.keypad import AMOUNT_ROWS, Keypad
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import show_if
from pos_app.ui.widgets.verdict_card import VerdictCard


class Page(StrEnum):
    """What the middle can show."""

    CODE = "code"
    AMOUNT = "amount"
    ITEMS = "items"
    GUEST = "guest"


class Tab(Button):
    """A tab: an icon and a word, or the word alone where four of them must stand side by side."""

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        super().dress(look)
        if look.compact:
            self.setIcon(QIcon())


class Stage(QWidget):
    """Shows pages; ``guest_wanted`` asks for the guest card, which is a state of the verdict."""

    guest_wanted = Signal()
    page_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.verdict = VerdictCard()
        self.keypad = Keypad(AMOUNT_ROWS)
        self.items = ItemGrid()
        self.page = Page.AMOUNT
        self._input = Page.AMOUNT
        self._compact = False
        self._guest = False
        self.tabs = {
            Page.CODE: self._tab("scan", ""),
            Page.AMOUNT: self._tab("keyboard", ""),
            Page.ITEMS: self._tab("items", "F7"),
        }
        self.guest_tab = self._tab("user", "F8")
        self._inputs = QStackedWidget()
        self._inputs.addWidget(self.keypad)
        self._inputs.addWidget(self.items)
        self.keys = Card(margin=10, spacing=8)
        self.keys.column.addWidget(self._inputs, 1)
        self._bar = QWidget()
        self._row = QHBoxLayout(self._bar)
        self._row.setContentsMargins(0, 0, 0, 0)
        for tab in (*self.tabs.values(), self.guest_tab):
            self._row.addWidget(tab, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.verdict, 1)
        self._column.addWidget(self._bar)
        self._column.addWidget(self.keys, 0)
        for page, tab in self.tabs.items():
            tab.clicked.connect(lambda _checked=False, page=page: self._press(page))
        self.guest_tab.clicked.connect(self.guest_wanted)
        self.verdict.guest.whole_wanted.connect(self.guest_wanted)
        self.speak()
        self._arrange()

    def show_page(self, page: Page) -> None:
        """Bring a page up; the ways to enter are remembered, so that :meth:`home` returns to the last one."""
        self.page = page
        if page in (Page.AMOUNT, Page.ITEMS):
            self._input = page
            self._inputs.setCurrentWidget(self.keypad if page is Page.AMOUNT else self.items)
        self._arrange()
        self.page_changed.emit(page.value)

    def make_room_for_verdict(self) -> None:
        """Bring the verdict up with its place worked out, so that it can be painted before Qt lays everything out."""
        self.show_page(Page.CODE)
        for layout in (self._column, self.verdict.column):
            layout.activate()

    def home(self) -> None:
        """Return to the way of entering that was used last."""
        self.show_page(self._input)

    def prefer(self, page: Page) -> None:
        """Let this be the way of entering to which :meth:`home` returns."""
        self._input = page
        if self.page in (Page.AMOUNT, Page.ITEMS):
            self.show_page(page)
        else:
            self._inputs.setCurrentWidget(self.keypad if page is Page.AMOUNT else self.items)
            self._arrange()

    def show_guest_tab(self, *, there: bool) -> None:
        """Offer the guest card while a guest stands on the bill."""
        self._guest = there
        if not there and self.page is Page.GUEST:
            self.page = Page.CODE
        self._arrange()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._compact = look.compact
        gap = look.px(8 if look.compact else 10)
        self._column.setSpacing(gap)
        self._row.setSpacing(look.px(2 if look.compact else 6))
        # On a small screen the tabs choose what is shown, and stand still above it.
        self._column.removeWidget(self._bar)
        self._column.insertWidget(0 if look.compact else 1, self._bar)
        self.keys.setMinimumHeight(0 if look.compact else look.px(262))
        self._arrange()

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.tabs[Page.CODE].caption(self.tr("Code"), self.tr("What was scanned"))
        self.tabs[Page.AMOUNT].caption(self.tr("Amount"), self.tr("Type an amount (F5)"))
        self.tabs[Page.ITEMS].caption(self.tr("Items"), self.tr("Choose from the catalogue"))
        self.guest_tab.caption(self.tr("Guest"), self.tr("The guest's card, points and rewards"))

    def _tab(self, sign: str, key: str) -> Button:
        tab = Tab("segment", sign=sign, key=key, side=18)
        tab.setCheckable(True)
        tab.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return tab

    def _press(self, page: Page) -> None:
        self.show_page(page)

    def _arrange(self) -> None:
        """Show what there is room for, and mark the tab of it."""
        told, typed = self.page in (Page.CODE, Page.GUEST), self.page in (Page.AMOUNT, Page.ITEMS)
        show_if(self.verdict, not self._compact or told)
        # The guest's card needs all the room there is.
        show_if(self.keys, typed or (not self._compact and self.page is Page.CODE))
        show_if(self.tabs[Page.CODE], self._compact)
        self._column.setStretchFactor(self.keys, 1 if self._compact else 0)
        self.verdict.guest.show_brief(brief=not self._compact and self.page is not Page.GUEST)
        self.guest_tab.setEnabled(self._guest)
        shown = self.page if self._compact or self.page is Page.GUEST else self._input
        for page, tab in self.tabs.items():
            tab.setChecked(page is shown)
        self.guest_tab.setChecked(shown is Page.GUEST)
