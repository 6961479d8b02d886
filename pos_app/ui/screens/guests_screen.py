"""Guests: who answers to what is typed at the left, one guest or the form of a new one at the right."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.guest_profile import GuestProfile
from pos_app.ui.widgets.keypad import PIN_ROWS, Keypad
from pos_app.ui.widgets.pick_list import PickList
from pos_app.ui.widgets.place_key import place_key
from pos_app.ui.widgets.register_form import RegisterForm
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from pos_app.ui.words.line import Line

MAX_SEARCH_CHARS = 100
_LIST_LEAST, _LIST_MOST = 190, 440
_LIST_SHARE, _PAGE_SHARE = 3, 5


class Page(StrEnum):
    """What stands at the right."""

    HINT = "hint"
    GUEST = "guest"
    FORM = "form"


class GuestsScreen(QWidget):
    """Emits what a person wants; shows what it is given. ``searched`` carries each new text, ``entered`` Enter on it.

    ``touched`` tells that a finger was put on the search: the figures to type with are wanted.
    """

    searched = Signal(str)
    entered = Signal(str)
    picked = Signal(int)
    new_wanted = Signal()
    escaped = Signal()
    touched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.search = TouchedField(Typing.SEARCH)
        self.search.setMaxLength(MAX_SEARCH_CHARS)
        self.search.setClearButtonEnabled(False)
        self.caption = label("small", wrap=True)
        self.list = PickList()
        self.new = Button(sign="plus", key="F3")
        self.problem = Strip("refuse")
        self.profile, self.form = GuestProfile(), RegisterForm()
        self._left, self._hint = Card(margin=10, spacing=8), Card(margin=24, spacing=10)
        self.hint_title, self.hint_text = label("heading", wrap=True), label("muted", wrap=True)
        self.keypad = Keypad(PIN_ROWS)
        self.look_up = Button(sign="arrow")
        self._pages = QStackedWidget()
        self._numbers: dict[Page, int] = {}
        self._lay_out()
        self.search.textChanged.connect(self.searched)
        self.search.returnPressed.connect(lambda: self.entered.emit(self.search.text()))
        self.list.picked.connect(self.picked)
        self.new.clicked.connect(self.new_wanted)
        self.search.touched.connect(self.touched)
        self.keypad.pressed.connect(self.search.insert)
        self.keypad.back.connect(self.search.backspace)
        self.keypad.clear.connect(self.search.clear)
        self.look_up.clicked.connect(lambda: self.entered.emit(self.search.text()))
        place_key(self, "F2").activated.connect(self.begin_search)
        self.speak()

    @property
    def page(self) -> Page:
        """What stands at the right now."""
        return next(page for page, number in self._numbers.items() if number == self._pages.currentIndex())

    def show_page(self, page: Page) -> None:
        """Bring something up at the right. Only what is up answers to its keys."""
        self._pages.setCurrentIndex(self._numbers[page])
        for each, widget in self._widgets.items():
            # Only what is up asks for room: the figures of another page would scroll a form that fits.
            policy = widget.sizePolicy()
            policy.setVerticalPolicy(
                QSizePolicy.Policy.Preferred if each is page else QSizePolicy.Policy.Ignored
            )
            widget.setSizePolicy(policy)
        show_if(self.search, page is not Page.FORM)
        show_if(self.new, page is not Page.FORM)

    def show_list(self, caption: str, lines: Sequence[Line], *, asks: bool = False) -> None:
        """Show lines under a caption; with ``asks`` they are something to think about."""
        self.caption.setText(caption)
        self.caption.setProperty("tone", "ask" if asks else "")
        self.caption.style().polish(self.caption)
        self.list.put(lines)
        self.list.setAccessibleName(caption)

    def begin_search(self) -> None:
        """Put the focus into the search, its text selected; behind another screen the focus is not taken."""
        if self.search.isVisible():
            self.search.setFocus()
            self.search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search into the list by the arrow down; leave what is open by Escape."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus() and self.list.lines:
            self.list.setFocus()
            self.list.select(0)
            self.picked.emit(0)
        else:
            super().keyPressEvent(event)

    def heightForWidth(self, width: int) -> int:
        """Return the least height at which nothing is cut off: what can scroll within needs no page that scrolls."""
        layout = self.layout()
        return (
            layout.totalMinimumHeightForWidth(width) if layout is not None else super().heightForWidth(width)
        )

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.search.setPlaceholderText(self.tr("Name, phone or last four digits"))
        self.search.setAccessibleName(self.tr("Find a guest by name, phone or its last four digits"))
        self.search.setToolTip(self.tr("Find a guest (F2)"))
        self.new.caption(self.tr("New guest"))
        self.look_up.caption(self.tr("Look up"), self.tr("Look up what was typed"))
        self.hint_title.setText(self.tr("Find a guest"))
        self.hint_text.setText(
            self.tr(
                "Type a name, a phone number or its last four digits, or scan a card. "
                "Enter looks six digits up as those of a card."
            )
        )

    def dress(self, look: Look) -> None:
        """Take on the size."""
        gap = look.px(8 if look.compact else 12)
        self._row.setContentsMargins(gap, gap, gap, gap)
        self._row.setSpacing(gap)
        self._figures.setSpacing(look.px(6))
        # The smallest screen has room for the keys or for a picture above them.
        show_if(self._sign, not look.compact)
        self._left.setMinimumWidth(look.px(_LIST_LEAST))
        self._left.setMaximumWidth(look.px(_LIST_MOST))

    def _lay_out(self) -> None:
        self._left.column.addWidget(self.search)
        self._left.column.addWidget(self.caption)
        self._left.column.addWidget(self.list, 1)
        self._left.column.addWidget(self.problem)
        self._left.column.addWidget(self.new)
        self._hint.column.addStretch(1)
        self._sign = Sign("guests", "accent_text", 56)
        self._hint.column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for text in (self.hint_title, self.hint_text):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._hint.column.addWidget(text)
        # A phone's figures, or a card's, are typed without any keyboard.
        self._figures = QVBoxLayout()
        self._figures.addWidget(self.keypad)
        self._figures.addWidget(self.look_up)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addLayout(self._figures, 4)
        across.addStretch(1)
        self._hint.column.addLayout(across)
        self._hint.column.addStretch(1)
        self._widgets = {Page.HINT: self._hint, Page.GUEST: self.profile, Page.FORM: self.form}
        for page, widget in self._widgets.items():
            self._numbers[page] = self._pages.addWidget(widget)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._left, _LIST_SHARE)
        right = QVBoxLayout()
        right.addWidget(self._pages)
        self._row.addLayout(right, _PAGE_SHARE)
