"""Setting the receipt printer up: what stands in the sheet can be tried before it is kept."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Signal

from pos_app.receipts.layout import trial_slip
from pos_app.receipts.setup import Setup
from pos_app.settings import validated
from pos_app.ui.choices import Choices
from pos_app.ui.receipt_desk import ReceiptDesk
from pos_app.ui.sheets.host import Sheets
from pos_app.ui.sheets.printer_sheet import PrinterSheet
from pos_app.ui.tongue import Tongue
from pos_app.usecases.printing import setup_of
from pos_app.usecases.refusals import spoken_error
from sync.rules.user_error import UserError

_TRIAL = "COUNTERSIGN PRINTER TEST"


def _say(text: str) -> str:
    return QCoreApplication.translate("Receipts", text)


class PrinterSetup(QObject):
    """``tried`` carries the error of a test print, or None."""

    tried = Signal(object)

    def __init__(
        self, choices: Choices, receipts: ReceiptDesk, tongue: Tongue, sheets: Sheets, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._choices, self._receipts, self._tongue, self._sheets = choices, receipts, tongue, sheets

    def ask(self) -> PrinterSheet:
        """Bring the sheet up."""
        sheet = PrinterSheet(self._choices.now)
        sheet.chosen.connect(lambda choices: self._use(sheet, choices))
        sheet.test_wanted.connect(lambda choices: self._try(sheet, choices))
        self._sheets.open(sheet)
        return sheet

    def _use(self, sheet: PrinterSheet, choices: Mapping[str, object]) -> None:
        try:
            self._choices.choose(**choices)
        except UserError as error:
            sheet.show_problem(*self._tongue.errors().say(error))
            return
        sheet.finish()
        self._receipts.begin_anew()

    def _try(self, sheet: PrinterSheet, choices: Mapping[str, object]) -> None:
        """Print a trial, and say in the sheet how it went."""
        language = self._tongue.speech().language
        try:
            setup = self._setup(choices)
            if not setup.wanted:
                raise spoken_error("no_printer", language)
        except UserError as error:
            self._say(sheet, error)
            return
        slip = trial_slip(
            width_mm=setup.paper.width_mm,
            columns=setup.paper.columns,
            code=_TRIAL,
            letterhead=setup.letterhead,
            language=language,
        )
        self._receipts.try_print(setup, slip, lambda error: self._say(sheet, error))

    def _setup(self, choices: Mapping[str, object]) -> Setup:
        return setup_of(replace(self._choices.now, **validated(**choices)))  # type: ignore[arg-type]  # each value was validated by its name

    def _say(self, sheet: PrinterSheet, error: UserError | None) -> None:
        if not sheet.ended and error is None:
            sheet.show_done(_say("The test was sent. Look at the paper."))
        elif not sheet.ended and error is not None:
            sheet.show_problem(*self._tongue.errors().say(error))
        self.tried.emit(error)
