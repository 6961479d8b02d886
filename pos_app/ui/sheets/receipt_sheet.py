"""A receipt before it is printed: what comes out, and where it goes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from pos_app.receipts.typeset import Line, Paper
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.widgets.paper_view import PaperView

_SCROLLING = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
)
SAVE_KEY = "F7"


class ReceiptSheet(Sheet):
    """``print_wanted`` and ``save_wanted``; the sheet then ends. Without a printer saving is the main answer."""

    print_wanted = Signal()
    save_wanted = Signal()

    def __init__(
        self, title: str, sentence: str, lines: Sequence[Line], paper: Paper, *, printer: bool
    ) -> None:
        super().__init__(title, sentence, sign="receipt", colour="accent_text")
        self.paper = PaperView()
        self.paper.setAccessibleName(title)
        self.paper.put(lines, paper)
        self.body.addWidget(self.paper, 1)
        self.add_cancel(self.tr("Close"))
        self.save = self.add_answer(
            self.tr("Save PDF"),
            key=SAVE_KEY if printer else ANSWER,
            role="" if printer else "primary",
            sign="download",
        )
        self.save.clicked.connect(lambda: self._answer(self.save_wanted))
        self.print = (
            self.add_answer(self.tr("Print"), key=ANSWER, role="primary", sign="receipt") if printer else None
        )
        if self.print is not None:
            self.print.clicked.connect(lambda: self._answer(self.print_wanted))

    def begin(self) -> None:
        """Let the keys scroll."""
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, save, or answer as every sheet."""
        bar = self.paper.verticalScrollBar()
        steps = {
            Qt.Key.Key_Up: -bar.singleStep() * 2,
            Qt.Key.Key_Down: bar.singleStep() * 2,
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_Home: -bar.maximum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        key = Qt.Key(event.key())
        if key in _SCROLLING:
            bar.setValue(bar.value() + steps[key])
            event.accept()
        elif key == Qt.Key.Key_F7:
            self.save.click()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _answer(self, signal: object) -> None:
        self.finish()
        signal.emit()  # type: ignore[attr-defined]  # PySide types a bound signal as the class's Signal
