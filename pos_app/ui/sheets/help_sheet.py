"""Every key, for the place that is up and for everywhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from pos_app.ui.sheets.sheet import Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.text import label

Keys = Sequence[tuple[str, str]]
"""(key, what it does) pairs."""


class HelpSheet(Sheet):
    """Shows one column for each section."""

    def __init__(self, title: str, sentence: str, sections: Sequence[tuple[str, Keys]], close: str) -> None:
        super().__init__(title, sentence, sign="help", wide=True)
        self.sections = tuple(sections)
        self._columns = QHBoxLayout()
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
            self._columns.addLayout(column, 1)
        self.body.addLayout(self._columns)
        self.add_cancel(close)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._columns.setSpacing(look.px(24))
        for grid in self._grids:
            grid.setHorizontalSpacing(look.px(10))
            grid.setVerticalSpacing(look.px(3))
