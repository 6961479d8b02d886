"""The children of a guest who registers: a line for each, added and taken out one by one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look, dress_all
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing

MAX_ROWS = 10
MAX_NAME_CHARS = 200
MAX_DAY_CHARS = 10


class ChildRow(QWidget):
    """One child's name and birthday."""

    edited = Signal()
    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name, self.born = TouchedField(Typing.NAME), TouchedField(Typing.FIGURES)
        self.name.setMaxLength(MAX_NAME_CHARS)
        self.born.setMaxLength(MAX_DAY_CHARS)
        self.off = Button("icon", sign="close", colour="muted", side=18)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.name, 1)
        self._row.addWidget(self.born, 1)
        self._row.addWidget(self.off)
        self.name.textChanged.connect(self.edited)
        self.born.textChanged.connect(self.edited)
        self.off.clicked.connect(self.removed)
        self.speak()

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        for field, text in (
            (self.name, self.tr("Child's name")),
            (self.born, self.tr("Born, as in 2019-07-02")),
        ):
            field.setPlaceholderText(text)
            field.setAccessibleName(text)
        self.off.caption(self.tr("Take this child out"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._row.setSpacing(look.px(6))


class ChildRows(QWidget):
    """As many rows as a person added; ``edited`` comes with each change."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ChildRow] = []
        self._look = Look()
        self.add = Button("quiet", sign="plus", colour="muted", side=18, key="F4")
        self.fault = label("small", wrap=True, tone="refuse")
        self.fault.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.fault)
        self._column.addWidget(self.add)
        self.add.clicked.connect(self._add)
        self.speak()

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Name and birthday of each child, as typed."""
        return tuple((row.name.text(), row.born.text()) for row in self.rows)

    def clear(self) -> None:
        """Take every child out."""
        while self.rows:
            self._take_out(self.rows[-1])

    def show_fault(self, sentence: str) -> None:
        """Say what is wrong with one of them."""
        self.fault.setText(sentence)
        show_if(self.fault, bool(sentence))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.add.caption(self.tr("Add a child"))

    def dress(self, look: Look) -> None:
        """Take on the size, for the rows that will be added too."""
        self._look = look
        self._column.setSpacing(look.px(4))

    def _add(self) -> None:
        row = ChildRow()
        row.edited.connect(self.edited)
        row.removed.connect(lambda: self._take_out(row))
        self._column.insertWidget(len(self.rows), row)
        dress_all(row, self._look)
        self.rows.append(row)
        self.add.setEnabled(len(self.rows) < MAX_ROWS)
        row.name.setFocus()
        self.edited.emit()

    def _take_out(self, row: ChildRow) -> None:
        self.rows.remove(row)
        self.add.setEnabled(True)
        if row.isAncestorOf(self.focusWidget() or self):
            self.add.setFocus()
        row.hide()
        row.deleteLater()
        self.edited.emit()
