"""The bill: what is sold, and below it the codes with what each one gives. One list, scrolled together."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.column_list import ColumnList
from pos_app.ui.widgets.sale_row import CodeRow, Row
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import show_if


class ItemRow(Row):
    """One line of what is sold, with fewer and more. Fewer than one takes it off."""

    fewer = Signal()
    more = Signal()

    def __init__(self) -> None:
        super().__init__("receipt")
        self.sign.hide()
        self.less_button = Button("icon", sign="minus", colour="muted", side=18)
        self.more_button = Button("icon", sign="plus", colour="muted", side=18)
        for button, signal in ((self.less_button, self.fewer), (self.more_button, self.more)):
            button.clicked.connect(signal)
            self.row.addWidget(button)

    def show_count(self, quantity: int, name: str) -> None:
        """Say what the two keys do."""
        self.less_button.show_icon("close" if quantity == 1 else "minus")
        less = self.tr("Take off: {what}") if quantity == 1 else self.tr("One less: {what}")
        self.less_button.caption(less.format(what=name))
        self.more_button.caption(self.tr("One more: {what}").format(what=name))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.row.setContentsMargins(look.px(10), 0, 0, 0)
        self.row.setSpacing(look.px(2))


class BillList(ColumnList[CodeRow]):
    """Codes are :attr:`rows`, as everywhere; what is sold stands above them in :attr:`lines`."""

    def __init__(
        self, make_code: Callable[[], CodeRow], make_line: Callable[[], ItemRow], *, codes: int, lines: int
    ) -> None:
        super().__init__(make_code, most=codes)
        self._make_line, self._most_lines = make_line, lines
        self._whole = False
        self.lines: list[ItemRow] = []

    def show_lines(self, count: int) -> list[ItemRow]:
        """Show exactly ``count`` lines and return them, to be filled in."""
        count = min(count, self._most_lines)
        while len(self.lines) < count:
            line = self._make_line()
            self.column.put_above(line)
            self.lines.append(line)
        for number, line in enumerate(self.lines):
            show_if(line, number < count)
        self._grow()
        return self.lines[:count]

    def show_rows(self, count: int) -> list[CodeRow]:
        """Show exactly ``count`` codes and return them, to be filled in."""
        rows = super().show_rows(count)
        self._grow()
        return rows

    def unfold(self, *, whole: bool) -> None:
        """Show everything at once, where the screen around it scrolls anyway: a bar in a bar is no help."""
        if whole != self._whole:
            self._whole = whole
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Ask for all rows where they are to be seen at once."""
        least = super().minimumSizeHint()
        return QSize(least.width(), self.column.sizeHint().height()) if self._whole else least

    def sizeHint(self) -> QSize:
        """Ask for the same."""
        return self.minimumSizeHint() if self._whole else super().sizeHint()

    def _grow(self) -> None:
        """Ask for another height after rows came or went; an area that scrolls never asks by itself."""
        if self._whole:
            self.updateGeometry()

    def show_last(self, row: QWidget) -> None:
        """Scroll to a row, so that what was just put on the bill is seen."""
        self.ensureWidgetVisible(row, 0, 0)
