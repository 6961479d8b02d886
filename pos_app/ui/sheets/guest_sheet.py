"""Asking for a guest: typed by name or phone, picked from what is found, or by their card."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from pos_app.ui.sheets.sheet import Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.pick_list import PickList
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from pos_app.ui.words.line import Line
from pos_app.usecases.source import Source


class GuestSheet(Sheet):
    """``searched`` carries what is typed, ``picked`` a line's number, ``scanned`` (text, Source) of a card."""

    searched = Signal(str)
    picked = Signal(int)
    scanned = Signal(str, object)

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(title, sentence, sign="guests", colour="accent_text", wide=True)
        self.field = TouchedField(Typing.SEARCH)
        asked = self.tr("Name, phone or last four digits")
        self.field.setPlaceholderText(asked)
        self.field.setAccessibleName(asked)
        self.found = PickList()
        self.found.setAccessibleName(self.tr("Guests that were found"))
        self.body.addWidget(self.field)
        self.body.addWidget(self.found, 1)
        self.add_cancel()
        self.field.textChanged.connect(self.searched)
        self.found.clicked.connect(lambda index: self.picked.emit(index.row()))

    def begin(self) -> None:
        """Begin with typing."""
        self.field.setFocus()

    def show_found(self, lines: Sequence[Line]) -> None:
        """Show who was found."""
        self.found.put(lines)
        if lines and lines[0].pickable:
            self.found.select(0)

    def take_code(self, text: str, source: Source) -> bool:
        """Take a guest's card."""
        self.scanned.emit(text, source)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick the marked guest by Enter, mark another by the arrows, wherever the focus is."""
        marked = self.found.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.found.chosen:
            self.picked.emit(self.found.chosen[0])
            event.accept()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.found.lines:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.found.select(min(max(marked + step, 0), len(self.found.lines) - 1))
            event.accept()
        else:
            super().keyPressEvent(event)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.found.setMinimumHeight(look.px(230))
