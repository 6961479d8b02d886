"""A column of rows that scrolls by finger, wheel and keys."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from pos_app.ui.theme.look import Look, dress_all
from pos_app.ui.widgets.finger_area import Content, FingerArea
from pos_app.ui.widgets.sale_row import Row
from pos_app.ui.widgets.text import show_if

R = TypeVar("R", bound=Row)


class ColumnList(FingerArea, Generic[R]):
    """Keeps as many rows as were ever needed at once, and shows as many as are needed now."""

    def __init__(self, make: Callable[[], R], *, most: int) -> None:
        inside = Content()
        super().__init__(inside)
        self._make, self._most = make, most
        self._look = Look()
        self.rows: list[R] = []
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)

    def show_rows(self, count: int) -> list[R]:
        """Show exactly ``count`` rows (at most ``most``) and return them, to be filled in."""
        count = min(count, self._most)
        while len(self.rows) < count:
            row = self._make()
            self._column.insertWidget(self._place_of_next(), row)
            self.rows.append(row)
            dress_all(row, self._look)
        for number, row in enumerate(self.rows):
            show_if(row, number < count)
        return self.rows[:count]

    def bring_first(self, row: R, place: int) -> None:
        """Move a row to an earlier place, the others keeping their order."""
        self.rows.remove(row)
        self.rows.insert(place, row)
        self._column.removeWidget(row)
        self._column.insertWidget(place, row)

    def dress(self, look: Look) -> None:
        """Take on the size, for the rows that will be made too."""
        self._look = look
        self._column.setSpacing(look.px(6))

    def _place_of_next(self) -> int:
        """Return where the next row goes: below the others."""
        return len(self.rows)
