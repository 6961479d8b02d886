"""Every key, for the place that is up and for everywhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.sheets.sheet import WIDE, Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.scroll_room import ScrollRoom
from pos_app.ui.widgets.text import label

MAX_HEIGHT = 372
"""How high the keys may stand, in pixels at size 1, before they are scrolled: what the smallest window has room for."""
_BESIDE = 48
"""What the margins of the sheet and a scroll bar take of its width, in pixels at size 1."""

Keys = Sequence[tuple[str, str]]
"""(key, what it does) pairs."""


class HelpSheet(Sheet):
    """Shows one column for each section."""

    def __init__(self, title: str, sentence: str, sections: Sequence[tuple[str, Keys]], close: str) -> None:
        super().__init__(title, sentence, sign="help", wide=True)
        self.sections = tuple(sections)
        keys_of_all = QWidget()
        self._columns = QHBoxLayout(keys_of_all)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._grids: list[QGridLayout] = []
        for heading, keys in self.sections:
            column, grid = QVBoxLayout(), QGridLayout()
            column.addWidget(label("caps", heading), 0, Qt.AlignmentFlag.AlignTop)
            for row, (key, words) in enumerate(keys):
                top = Qt.AlignmentFlag.AlignTop
                grid.addWidget(label("keycap", key), row, 0, top | Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(label("", words, wrap=True), row, 1, top)
            grid.setColumnStretch(1, 1)
            column.addLayout(grid)
            column.addStretch(1)
            self._grids.append(grid)
            self._columns.addLayout(column, _share(keys))
        self._room = ScrollRoom(keys_of_all)
        self.body.addWidget(self._room)
        self.add_cancel(close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by the arrows; everything else as on any sheet."""
        bar = self._room.verticalScrollBar()
        step = {Qt.Key.Key_Down: bar.singleStep(), Qt.Key.Key_Up: -bar.singleStep()}
        page = {Qt.Key.Key_PageDown: bar.pageStep(), Qt.Key.Key_PageUp: -bar.pageStep()}
        bar.setValue(bar.value() + (step | page).get(Qt.Key(event.key()), 0))
        super().keyPressEvent(event)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._columns.setSpacing(look.px(24))
        for grid in self._grids:
            grid.setHorizontalSpacing(look.px(10))
            grid.setVerticalSpacing(look.px(3))
        self._room.content.setFixedWidth(look.px(WIDE - _BESIDE))
        needed = self._room.content.sizeHint().height()
        self._room.setFixedHeight(min(needed, look.px(MAX_HEIGHT)))


def _share(keys: Keys) -> int:
    """Give a section of the width as much as its words need: places are one word, other lines are sentences."""
    return max((len(words) for _, words in keys), default=1)
