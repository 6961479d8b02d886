"""Receipts that were not printed: now, later, or never."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from pos_app.ui.sheets.sheet import ANSWER, Sheet


class WaitingSheet(Sheet):
    """``print_wanted`` or ``forget_wanted``; leaving it keeps them for later."""

    print_wanted = Signal()
    forget_wanted = Signal()

    def __init__(self, count: int, sentence: str = "", advice: str = "") -> None:
        super().__init__(
            self.tr("%n receipts are not printed", "", count),
            self.tr("Their sales stand. A receipt can also be printed later, from the sales."),
            sign="receipt",
            colour="accent_text",
        )
        if sentence:
            self.show_problem(sentence, advice)
        self.add_cancel(self.tr("Later"))
        self.forget = self.add_answer(self.tr("Do not print"), key="F4", sign="close")
        self.forget.clicked.connect(self.finish)
        self.forget.clicked.connect(self.forget_wanted)
        self.print = self.add_answer(self.tr("Print"), key=ANSWER, role="primary", sign="receipt")
        self.print.clicked.connect(self.finish)
        self.print.clicked.connect(self.print_wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Forget by its key; everything else as every sheet."""
        if event.key() == Qt.Key.Key_F4:
            self.forget.click()
            event.accept()
        else:
            super().keyPressEvent(event)
