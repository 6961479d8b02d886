"""Why something is done: one of a few reasons, by touch or by its figure, and a note."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout

from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.touched_field import TouchedField

MAX_REASONS = 9
"""One figure each."""
MAX_NOTE_CHARS = 500
_COLUMNS = 2


class Reasons(QGridLayout):
    """The reasons, (identifier, words) pairs, side by side; ``changed`` tells that another one is chosen.

    Without ``figures`` they are not numbered: the sheet has figures for something else.
    """

    changed = Signal()

    def __init__(self, reasons: Sequence[tuple[str, str]], *, figures: bool = True) -> None:
        super().__init__()
        self._reasons = tuple(reasons)[:MAX_REASONS] if figures else tuple(reasons)
        self._group = QButtonGroup(self)
        self.choices: list[Button] = []
        for number, (_, words) in enumerate(self._reasons):
            choice = Button("choice")
            choice.setCheckable(True)
            if figures:
                choice.key = str(number + 1)
            choice.caption(f"{number + 1}   {words}" if figures else words, words)
            self._group.addButton(choice, number)
            self.choices.append(choice)
            self.addWidget(choice, number // _COLUMNS, number % _COLUMNS)
        self._group.idToggled.connect(self.changed)

    @property
    def chosen(self) -> str:
        """The identifier of the reason that is chosen; empty before one is."""
        number = self._group.checkedId()
        return self._reasons[number][0] if number >= 0 else ""

    def take_key(self, event: QKeyEvent) -> bool:
        """Choose a reason by its figure; whether the key was one. Figures typed into a field never come here."""
        number = event.key() - Qt.Key.Key_1
        if not event.text() or not 0 <= number < len(self.choices):
            return False
        self.choices[number].setChecked(True)
        event.accept()
        return True


def note_field(asked: str) -> TouchedField:
    """Make the field of a note; ``asked`` says what is written there."""
    field = TouchedField()
    field.setMaxLength(MAX_NOTE_CHARS)
    field.setPlaceholderText(asked)
    field.setAccessibleName(asked)
    return field
