"""Several codes at once: each is offered with what it is, and none is guessed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout

from pos_app.ui.sheets.sheet import Sheet
from pos_app.ui.widgets.sign import Button

MAX_OFFERED = 9
"""Codes that are offered: one figure each."""
_COLUMNS = 2


class CodesSheet(Sheet):
    """``chosen`` carries the place of the code that was chosen; ``everything`` that all of them are wanted.

    ``offers`` are (what is written on it, what it is) pairs.
    """

    chosen = Signal(int)
    everything = Signal()

    def __init__(self, offers: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            self.tr("Several codes"),
            self.tr("Which one is meant? Touch it, or press its figure."),
            sign="scan",
            colour="accent_text",
            wide=True,
        )
        self.choices: list[Button] = []
        grid = QGridLayout()
        for number, (text, meaning) in enumerate(offers[:MAX_OFFERED]):
            choice = Button("choice")
            choice.key = str(number + 1)
            choice.caption(f"{number + 1}   {text}\n     {meaning}".rstrip(), f"{text}, {meaning}")
            choice.clicked.connect(lambda _checked=False, number=number: self._choose(number))
            self.choices.append(choice)
            grid.addWidget(choice, number // _COLUMNS, number % _COLUMNS)
        self.body.addLayout(grid)
        self.add_cancel()
        self.all_button = self.add_answer(self.tr("All of them"), key="0", sign="check")
        self.all_button.clicked.connect(self._take_all)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by a figure; 0 for all."""
        number = event.key() - Qt.Key.Key_1
        if event.text() == "0":
            self._take_all()
            event.accept()
        elif event.text() and 0 <= number < len(self.choices):
            self._choose(number)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _choose(self, number: int) -> None:
        self.finish()
        self.chosen.emit(number)

    def _take_all(self) -> None:
        self.finish()
        self.everything.emit()
