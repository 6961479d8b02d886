"""Where sheets lie: over the whole window, dimming it, one on top at a time."""

from collections import deque

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QScrollArea, QWidget

from pos_app.ui.sheets.sheet import Sheet
from pos_app.ui.theme.look import Look, dress_all
from pos_app.usecases.source import Source

MAX_KEPT = 8
"""Codes scanned during a sheet that are kept; a hand that scans more than this does not look at the screen."""
MAX_SHEETS = 4
"""Sheets upon sheets; more is a mistake of the program."""


class Sheets(QScrollArea):
    """Shows sheets over ``behind``, which hears no key and no finger meanwhile.

    ``code_kept`` carries (text, Source) of each code that was scanned during a sheet, once all sheets are
    gone; ``changed`` tells that :attr:`up` did.
    """

    code_kept = Signal(str, object)
    changed = Signal()

    def __init__(self, parent: QWidget, behind: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "scrim")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._behind = behind
        self._look = Look()
        self._sheets: list[Sheet] = []
        self._kept: deque[tuple[str, Source]] = deque(maxlen=MAX_KEPT)
        self._focus: QWidget | None = None
        inside = QWidget()
        self._grid = QGridLayout(inside)
        for edge in (0, 2):
            self._grid.setRowStretch(edge, 1)
            self._grid.setColumnStretch(edge, 1)
        self.setWidget(inside)
        self.hide()

    @property
    def up(self) -> Sheet | None:
        """The sheet on top."""
        return self._sheets[-1] if self._sheets else None

    def open(self, sheet: Sheet) -> None:
        """Bring a sheet up, over one that is up already."""
        if len(self._sheets) >= MAX_SHEETS:
            message = "too many sheets lie over each other"
            raise RuntimeError(message)
        if not self._sheets:
            self._focus = QApplication.focusWidget()
            self._behind.setEnabled(False)
        else:
            self._sheets[-1].hide()
        self._sheets.append(sheet)
        self._grid.addWidget(sheet, 1, 1)
        dress_all(sheet, self._look)
        sheet.finished.connect(lambda: self._take_away(sheet))
        self._show_top()

    def close_all(self) -> None:
        """Leave every sheet without an answer, as when the till locks itself."""
        for sheet in reversed(self._sheets.copy()):
            sheet.cancel()

    def take_code(self, text: str, source: Source) -> bool:
        """Take a code while a sheet is up: the sheet answers it, or it is kept. False when none is up."""
        sheet = self.up
        if sheet is None:
            return False
        if not sheet.take_code(text, source):
            if (text, source) not in self._kept:
                self._kept.append((text, source))
            sheet.show_kept(len(self._kept))
        return True

    def cover(self) -> None:
        """Lie over everything behind again, after that changed its size."""
        self.setGeometry(self._behind.geometry())

    def dress(self, look: Look) -> None:
        """Take on the size, for the sheets that will come too."""
        self._look = look
        margin = look.px(12)
        self._grid.setContentsMargins(margin, margin, margin, margin)

    def _show_top(self) -> None:
        self.cover()
        self.show()
        self.raise_()
        sheet = self._sheets[-1]
        sheet.show()
        sheet.show_kept(len(self._kept))
        sheet.begin()
        self.changed.emit()

    def _take_away(self, sheet: Sheet) -> None:
        self._sheets.remove(sheet)
        self._grid.removeWidget(sheet)
        sheet.hide()
        sheet.deleteLater()
        if self._sheets:
            self._show_top()
            return
        self._behind.setEnabled(True)
        self.hide()
        if self._focus is not None:
            self._focus.setFocus()
        self._focus = None
        self.changed.emit()
        # What finished the sheet is still at work: it may open the next one, which then keeps the codes.
        QTimer.singleShot(0, self, self._hand_on)

    def _hand_on(self) -> None:
        while self._kept and not self._sheets:
            self.code_kept.emit(*self._kept.popleft())
