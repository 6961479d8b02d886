"""One of a few values, each a button: nothing to unfold, and what is chosen can be seen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import label, show_if


class ChoiceRow(QWidget):
    """``chosen`` carries the value of the button that a person pressed."""

    chosen = Signal(object)

    def __init__(self, values: Sequence[object]) -> None:
        super().__init__()
        self._values = tuple(values)
        self.caption, self.why_not = label("caps"), label("small", wrap=True)
        self.buttons = [Button("segment") for _ in self._values]
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout()
        for number, button in enumerate(self.buttons):
            button.setCheckable(True)
            self._group.addButton(button, number)
            self._row.addWidget(button, 1)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._values[number]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.caption)
        column.addLayout(self._row)
        column.addWidget(self.why_not)
        show_if(self.why_not, shown=False)

    def say(self, caption: str, words: Sequence[str]) -> None:
        """Name the row and each of its values."""
        self.caption.setText(caption)
        for button, word in zip(self.buttons, words, strict=True):
            button.caption(word, f"{caption}: {word}")

    def show_value(self, value: object) -> None:
        """Show what holds now; a value that is none of the buttons' leaves all of them open."""
        self._group.setExclusive(False)
        for button, each in zip(self.buttons, self._values, strict=True):
            button.setChecked(each == value)
        self._group.setExclusive(True)

    def allow(self, *, allowed: bool, why_not: str = "") -> None:
        """Let it be chosen, or say why not."""
        for button in self.buttons:
            button.setEnabled(allowed)
        self.why_not.setText(why_not)
        show_if(self.why_not, shown=bool(why_not) and not allowed)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._row.setSpacing(look.px(6))
