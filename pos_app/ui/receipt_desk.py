"""Receipts of this till: printed after each sale if wanted, shown, saved, and printed later when the printer failed."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from pos_app.receipts.print_thread import Job, PrintThread
from pos_app.receipts.printed import Printed
from pos_app.receipts.setup import Setup
from pos_app.receipts.slip import Slip
from pos_app.receipts.typeset import typeset
from pos_app.ui.choices import Choices
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.sheets.host import Sheets
from pos_app.ui.sheets.receipt_sheet import ReceiptSheet
from pos_app.ui.sheets.waiting_sheet import WaitingSheet
from pos_app.ui.tongue import Tongue
from pos_app.usecases.printing import setup_of
from pos_app.usecases.report_files import FOLDER
from pos_app.usecases.results import Sold, Undone
from pos_app.usecases.running import Running
from pos_app.usecases.shift_results import ShiftReport
from sync.rules.user_error import UserError
from sync.till.journal.entries import Recent

MAX_UNPRINTED = 50
"""Receipts that are offered to be printed later; every other one can be found among the sales."""
STOP_S = 3.0
"""How long closing waits for a receipt that is being printed."""

T = TypeVar("T")

Failed = Callable[[UserError], None]


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Receipts", text, None, count)


def _busy() -> UserError:
    return UserError("printer_busy", "Too many receipts wait for the printer.", "Look whether it prints.")


class ReceiptDesk(QObject):
    """``changed`` tells that :attr:`trouble` did, ``printed`` carries the title of what came out.

    Nothing here runs before COMMIT, and nothing of it on the counter's thread but reading: a printer that is slow
    or gone holds no scan up.
    """

    changed = Signal()
    printed = Signal(str)
    saved = Signal(str)
    _ended = Signal(object, object)
    _tried = Signal(object, object)

    def __init__(self, choices: Choices, tongue: Tongue, sheets: Sheets, parent: QObject) -> None:
        super().__init__(parent)
        self._choices, self._tongue, self._sheets = choices, tongue, sheets
        self._thread = PrintThread()
        self._started = False
        self._running: Running | None = None
        self._counter_thread: CounterThread | None = None
        self._failed: Failed = lambda _error: None
        self._book: Printed | None = None
        self._unprinted: dict[UUID, int] = {}
        self._problem: UserError | None = None
        self._under_way = 0
        self._ended.connect(self._take_end, Qt.ConnectionType.QueuedConnection)
        self._tried.connect(self._take_trial, Qt.ConnectionType.QueuedConnection)

    @property
    def trouble(self) -> tuple[str, ...]:
        """What is to be said above every screen; sentences of errors come untranslated."""
        said = () if self._problem is None else (self._problem.sentence, self._problem.advice)
        if self._unprinted:
            waiting = _say("%n receipts are not printed: Ctrl+P prints them.", len(self._unprinted))
            said = (*said, waiting)
        return tuple(sentence for sentence in said if sentence)

    @property
    def may_print(self) -> bool:
        """Whether receipts wait for a printer that works, and for whoever is signed in."""
        return bool(self._unprinted) and self._running is not None and bool(self._running.counter.signed_in)

    @property
    def setup(self) -> Setup:
        """How this till prints now."""
        return setup_of(self._choices.now)

    @property
    def idle(self) -> bool:
        """Whether nothing is being printed."""
        return self._under_way == 0

    def meet(self, running: Running, thread: CounterThread, failed: Failed) -> None:
        """Take an open till; receipts that a power cut kept from the printer are offered."""
        self._running, self._counter_thread, self._failed = running, thread, failed
        self._book = Printed(running.settings.home)
        if not self._started:
            self._started = True
            self._thread.start()
        self._look_back()

    def stop(self) -> bool:
        """End the printer's thread; what was not printed is offered at the next start."""
        return self._thread.stop(STOP_S) if self._started else True

    def take_sold(self, sold: Sold) -> None:
        """Print a sale's receipt, if every sale's is wanted."""
        self._print_automatically(sold.event, sold.at_ms, sale=True)

    def take_undone(self, undone: Undone) -> None:
        """Print a void's or refund's receipt, likewise."""
        self._print_automatically(undone.event, undone.at_ms, sale=False)

    def show(self, event: UUID, at_ms: int) -> None:
        """Show a receipt, to be printed or saved."""
        running, book = self._running, self._book
        if running is None or book is None:
            return
        receipts, setup = running.counter.receipts, self.setup
        copy = book.copy_of(event, at_ms)
        self._read(
            lambda: receipts.slip(event, setup.letterhead, copy=copy),
            lambda slip: self._open(slip, lambda: self.print_event(event, at_ms)),
        )

    def show_report(self, report: ShiftReport) -> None:
        """Show an X or Z report, to be printed or saved."""
        if self._running is None:
            return
        receipts, setup = self._running.counter.receipts, self.setup
        self._read(
            lambda: receipts.report(report, setup.letterhead),
            lambda slip: self._open(slip, lambda: self._submit(lambda: slip)),
        )

    def print_event(self, event: UUID, at_ms: int, *, open_drawer: bool = False) -> None:
        """Print a receipt; what does not come out waits for a better moment."""
        running, book, setup = self._running, self._book, self.setup
        if running is None or book is None:
            return
        receipts, copies = running.counter.receipts, setup.copies

        def make() -> Slip:
            return receipts.slip(event, setup.letterhead, copy=book.copy_of(event, at_ms))

        self._submit(
            make,
            (event, at_ms),
            kept=lambda: book.count(event, at_ms),
            copies=copies,
            open_drawer=open_drawer,
        )

    def print_waiting(self) -> None:
        """Ask what becomes of the receipts that were not printed; with none, show the newest receipt."""
        if self._sheets.up is not None or self._running is None:
            return
        if self._running.counter.signed_in is None:
            # What guests bought is not for whoever passes a locked till.
            return
        if not self._unprinted:
            receipts = self._running.counter.receipts
            self._read(lambda: receipts.newest(1), self._show_newest)
            return
        sheet = WaitingSheet(len(self._unprinted), *self._told())
        sheet.print_wanted.connect(self._print_unprinted)
        sheet.forget_wanted.connect(self._forget)
        self._sheets.open(sheet)

    def begin_anew(self) -> None:
        """Take what was chosen for the printer: its trouble was the old one's."""
        self._problem = None
        self._look_back()
        self.changed.emit()

    def try_print(self, setup: Setup, slip: Slip, then: Callable[[UserError | None], None]) -> None:
        """Print something with another setup; ``then`` hears how it went."""
        self._under_way += 1
        job = Job(setup=setup, make=lambda: slip, ended=lambda error: self._tried.emit(then, error))
        if not self._thread.submit(job):
            self._take_trial(then, _busy())

    # -- inside ------------------------------------------------------------------------------------------------

    def _read(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Have something read on the counter's thread."""
        if self._counter_thread is not None:
            self._counter_thread.submit(work, done, self._failed)

    def _told(self) -> tuple[str, str]:
        return ("", "") if self._problem is None else self._tongue.errors().say(self._problem)

    def _print_automatically(self, event: UUID, at_ms: int, *, sale: bool) -> None:
        if self.setup.auto and self.setup.wanted:
            self.print_event(event, at_ms, open_drawer=sale)

    def _submit(
        self,
        make: Callable[[], Slip],
        of: tuple[UUID, int] | None = None,
        *,
        kept: Callable[[], None] = lambda: None,
        copies: int = 1,
        open_drawer: bool = False,
    ) -> None:
        title: list[str] = []

        def titled() -> Slip:
            slip = make()
            title.append(slip.title)
            return slip

        job = Job(
            setup=self.setup,
            make=titled,
            ended=lambda error: self._ended.emit((of, title), error),
            kept=kept,
            copies=copies,
            open_drawer=open_drawer,
        )
        self._under_way += 1
        if not self._thread.submit(job):
            self._take_end((of, title), _busy())

    def _take_end(self, what: tuple[tuple[UUID, int] | None, list[str]], error: Exception | None) -> None:
        of, title = what
        self._under_way -= 1
        if error is not None and not isinstance(error, UserError):
            raise error
        if error is None:
            self._problem = None
            if of is not None:
                self._unprinted.pop(of[0], None)
                self._settle(of[0])
            self.printed.emit(title[0])
        else:
            self._problem = error
            if of is not None and len(self._unprinted) < MAX_UNPRINTED:
                self._unprinted[of[0]] = of[1]
        self.changed.emit()

    def _take_trial(self, then: Callable[[UserError | None], None], error: Exception | None) -> None:
        self._under_way -= 1
        if error is not None and not isinstance(error, UserError):
            raise error
        then(error)

    def _settle(self, event: UUID) -> None:
        """Note how far everything is printed; while older receipts wait, the note stays before them."""
        if self._book is not None and not self._unprinted and self.setup.auto:
            self._book.handle(event)

    def _look_back(self) -> None:
        if self._running is None:
            return
        receipts = self._running.counter.receipts
        self._read(receipts.newest, self._take_newest)

    def _take_newest(self, newest: list[Recent]) -> None:
        """Offer what was recorded but not printed when this till stopped; begin to keep track, or stop to."""
        book, setup = self._book, self.setup
        if book is None:
            return
        if not (setup.auto and setup.wanted):
            book.handle(None)
            return
        if book.handled is None:
            # From now on: what was sold before nobody wanted printed.
            book.handle(newest[0].committed.event if newest else UUID(int=0))
            return
        events = [each.committed for each in newest]
        known = [each.event for each in events]
        late = events[: known.index(book.handled)] if book.handled in known else events
        for each in reversed(late):
            if book.copy_of(each.event, each.at_ms) == 1 and len(self._unprinted) < MAX_UNPRINTED:
                self._unprinted[each.event] = each.at_ms
        if self._unprinted:
            self.changed.emit()

    def _show_newest(self, newest: list[Recent]) -> None:
        if newest:
            self.show(newest[0].committed.event, newest[0].committed.at_ms)

    def _print_unprinted(self) -> None:
        waiting, self._unprinted = self._unprinted, {}
        for event, at_ms in waiting.items():
            self.print_event(event, at_ms)
        self.changed.emit()

    def _forget(self) -> None:
        newest = next(reversed(self._unprinted), None)
        self._unprinted, self._problem = {}, None
        if newest is not None:
            self._settle(newest)
        self.changed.emit()

    def _open(self, slip: Slip, print_it: Callable[[], None]) -> None:
        setup = self.setup
        sentence = "" if setup.wanted else _say("No receipt printer is set up: save it as PDF.")
        sheet = ReceiptSheet(
            slip.title, sentence, typeset(slip, setup.paper), setup.paper, printer=setup.wanted
        )
        sheet.print_wanted.connect(print_it)
        sheet.save_wanted.connect(lambda: self._save(slip))
        self._sheets.open(sheet)

    def _save(self, slip: Slip) -> None:
        """Write a PDF on the counter's thread, and say where it is."""
        setup, folder = self.setup, self._choices.now.home / FOLDER

        def save() -> Path:
            from pos_app.receipts.pdf import receipt_pdf
            from pos_app.receipts.press import save_pdf

            lines = typeset(slip, setup.paper)
            return save_pdf(folder, slip.title, receipt_pdf(lines, setup.paper, slip.title))

        self._read(save, lambda path: self.saved.emit(str(path)))
