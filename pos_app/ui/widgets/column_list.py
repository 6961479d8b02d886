"""A column of rows: plain, or one that scrolls by finger, wheel and keys."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look, dress_all
from pos_app.ui.widgets.finger_area import Content, FingerArea
from pos_app.ui.widgets.sale_row import Row
from pos_app.ui.widgets.text import show_if

R = TypeVar("R", bound=Row)


class RowColumn(Content, Generic[R]):
    """Keeps as many rows as were ever needed at once, and shows as many as are needed now."""

    def __init__(self, make: Callable[[], R], *, most: int) -> None:
        super().__init__()
        self._make, self._most = make, most
        self._look = Look()
        self._above = self._shown = 0
        self.rows: list[R] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)

    def show_rows(self, count: int) -> list[R]:
        """Show exactly ``count`` rows (at most ``most``) and return them, to be filled in."""
        count = min(count, self._most)
        while len(self.rows) < count:
            row = self._make()
            self.put(row, self._above + len(self.rows))
            # Left to itself a new row comes up a moment later, and has no place until then.
            row.show()
            self.rows.append(row)
        for number, row in enumerate(self.rows):
            show_if(row, number < count)
        self._shown = count
        return self.rows[:count]

    def make_spare(self) -> None:
        """Make the next row before it is needed, and have it styled: a row takes some milliseconds."""
        if self._shown < len(self.rows) or self._shown >= self._most:
            return
        row = self._make()
        row.hide()
        self.put(row, self._above + len(self.rows))
        self.rows.append(row)
        row.ensurePolished()

    def bring_first(self, row: R, place: int) -> None:
        """Move a row to an earlier place, the others keeping their order."""
        self.rows.remove(row)
        self.rows.insert(place, row)
        self._column.removeWidget(row)
        self._column.insertWidget(self._above + place, row)

    def put_above(self, widget: QWidget) -> None:
        """Put something else above all rows, below what was put there before."""
        self.put(widget, self._above)
        self._above += 1

    def put(self, widget: QWidget, place: int) -> None:
        """Put a widget into the column, in the column's size."""
        self._column.insertWidget(place, widget)
        dress_all(widget, self._look)

    def dress(self, look: Look) -> None:
        """Take on the size, for the rows that will be made too."""
        self._look = look
        self._column.setSpacing(look.px(6))


class ColumnList(FingerArea, Generic[R]):
    """A :class:`RowColumn` that scrolls."""

    def __init__(self, make: Callable[[], R], *, most: int) -> None:
        self.column: RowColumn[R] = RowColumn(make, most=most)
        super().__init__(self.column)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def rows(self) -> list[R]:
        """Every row that was made; those that are not needed are hidden."""
        return self.column.rows

    def show_rows(self, count: int) -> list[R]:
        """Show exactly ``count`` rows and return them, to be filled in."""
        return self.column.show_rows(count)

    def make_spare(self) -> None:
        """Make the next row before it is needed."""
        self.column.make_spare()

    def bring_first(self, row: R, place: int) -> None:
        """Move a row to an earlier place."""
        self.column.bring_first(row, place)
