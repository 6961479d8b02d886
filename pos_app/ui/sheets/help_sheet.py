"""Every key, for the place that is up and for everywhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from pos_app.ui.sheets.sheet import WIDE, Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.finger_area import Content, FingerArea
from pos_app.ui.widgets.text import label

LEAST_HEIGHT, _AROUND = 200, 228
"""How high the keys stand at least before they are scrolled, and what else the window must hold, in pixels at size 1."""
_BESIDE = 48
"""What the margins of the sheet and a scroll bar take of its width, in pixels at size 1."""

Keys = Sequence[tuple[str, str]]
"""(key, what it does) pairs."""


class HelpSheet(Sheet):
    """Shows one column for each section."""

    def __init__(self, title: str, sentence: str, sections: Sequence[tuple[str, Keys]], close: str) -> None:
        super().__init__(title, sentence, sign="help", wide=True)
        self.sections = tuple(sections)
        self._look = Look()
        keys_of_all = Content()
        self._columns = QHBoxLayout(keys_of_all)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._rows: list[QHBoxLayout] = []
        self._caps: list[QLabel] = []
        for heading, keys in self.sections:
            column = QVBoxLayout()
            column.setSpacing(3)
            column.addWidget(label("caps", heading))
            for key, words in keys:
                cap, row = label("keycap", key), QHBoxLayout()
                row.addWidget(cap, 0, Qt.AlignmentFlag.AlignTop)
                row.addWidget(label("", words, wrap=True), 1, Qt.AlignmentFlag.AlignTop)
                column.addLayout(row)
                self._rows.append(row)
                self._caps.append(cap)
            column.addStretch(1)
            self._columns.addLayout(column, _share(keys))
        self._keys = keys_of_all
        self._room = FingerArea(keys_of_all)
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
        for row, cap in zip(self._rows, self._caps, strict=True):
            row.setSpacing(look.px(10))
            # Keys of one letter stand in line with those of several; a longer one only moves its own words.
            cap.setMinimumWidth(max(look.px(62), cap.sizeHint().width()))
        self._look = look
        self._fit()

    def begin(self) -> None:
        """Begin as every sheet; how high a line is follows from the stylesheet, which is asked only for what is shown."""
        super().begin()
        self._fit()

    def _fit(self) -> None:
        """Give the keys the height they need, or what the window has room for."""
        look = self._look
        for layout in (*self._rows, self._columns):
            layout.invalidate()
        width = look.px(WIDE - _BESIDE)
        self._keys.setFixedWidth(width)
        room = max(look.px(LEAST_HEIGHT), self.window().height() - look.px(_AROUND))
        self._room.setFixedHeight(min(self._keys.heightForWidth(width), room))


def _share(keys: Keys) -> int:
    """Give a section of the width as much as its words need: places are one word, other lines are sentences."""
    return max((len(words) for _, words in keys), default=1)
