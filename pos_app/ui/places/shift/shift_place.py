"""The place of the shift: reports, failed attempts, points by hand, earlier shifts; opening and closing."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from pos_app.ui.places.asking import ask_second_person
from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.places.shift import report_lines as words
from pos_app.ui.places.shift.by_hand import ask_whose_points
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.report_pdf import report_pdf
from pos_app.ui.screens.shift_screen import Page, ShiftScreen
from pos_app.ui.sheets.cash_sheet import CashSheet
from pos_app.usecases.report_csv import attempts_csv, report_csv
from pos_app.usecases.report_files import list_name, report_name, save_report
from pos_app.usecases.report_words import report_title
from pos_app.usecases.results import Credited, SignedIn
from pos_app.usecases.shift_results import AttemptSeen, CreditEntry, ShiftReport, ShiftStatus
from sync.rules.user_error import UserError

ATTEMPTS_SHOWN = 300


def _say(text: str) -> str:
    return QCoreApplication.translate("Shift", text)


class ShiftPlace(Place):
    """Reads anew whenever it comes up, and whenever something was recorded while it is up."""

    name = PlaceName.SHIFT

    def __init__(self, around: Surroundings) -> None:
        self._view = ShiftScreen()
        super().__init__(self._view)
        self._around = around
        self._page = Page.REPORT
        self._status: ShiftStatus | None = None
        self._report: ShiftReport | None = None
        self._attempts: list[AttemptSeen] = []
        self._credits: list[CreditEntry] = []
        self._past: list[ShiftReport] = []
        self._up = False
        view = self._view
        view.page_wanted.connect(self._turn)
        view.open_wanted.connect(self.ask_to_open)
        view.close_wanted.connect(self.ask_to_close)
        view.by_hand_wanted.connect(lambda: ask_whose_points(around, self._credited))
        view.csv_wanted.connect(self.save_csv)
        view.pdf_wanted.connect(self.save_pdf)
        view.print_wanted.connect(self.show_paper)
        view.picked.connect(self._pick)
        around.news.recorded.connect(self._refresh)

    def enter(self) -> None:
        """Come up with the report of now."""
        self._up = True
        self._view.told.say("")
        self.show_page(Page.REPORT)
        self._view.list.setFocus()

    def leave(self) -> None:
        """Rest."""
        self._up = False

    def greet(self, who: SignedIn | None) -> None:
        """Know whether a shift is open before somebody looks."""
        if who is not None:
            self._around.submit(self._around.counter.shift.status, self._know)

    def speak(self) -> None:
        """Say everything again."""
        self._paint()

    def show_page(self, page: Page) -> None:
        """Bring a page up, read anew."""
        self._page = page
        shift = self._around.counter.shift
        match page:
            case Page.REPORT:
                self._around.submit(lambda: (shift.status(), shift.report()), self._take_report)
            case Page.ATTEMPTS:
                self._around.submit(lambda: shift.attempts(ATTEMPTS_SHOWN), self._take_attempts)
            case Page.BY_HAND:
                self._around.submit(shift.credits, self._take_credits)
            case Page.EARLIER:
                self._around.submit(shift.past, self._take_past)

    def ask_to_open(self) -> None:
        """Ask what is in the drawer, and open a shift with it."""
        sheet = self._cash_sheet(
            _say("Open a shift"),
            _say("Count what is in the drawer before the first sale."),
            [_say("Money in the drawer")],
            _say("Open"),
        )
        sheet.entered.connect(lambda amounts, _note: self._open(sheet, amounts[0]))

    def ask_to_close(self) -> None:
        """Ask what is in the drawer now, and close the shift with its Z report."""
        status = self._status
        if status is None:
            return
        number = _say("Shift {number}").format(number=status.number)
        sheet = self._cash_sheet(
            _say("Close the shift"),
            f"{number}. {_say('Count the drawer. After this the shift is closed for good.')}",
            [_say("Counted in the drawer"), _say("Card and other (empty for none)")],
            _say("Close with Z report"),
            note=_say("Note (if there is something to add)"),
        )
        sheet.entered.connect(lambda amounts, note: self._close(sheet, amounts[0], amounts[1], note))

    def save_csv(self) -> None:
        """Save what is shown for a spreadsheet."""
        report, attempts = self._report, list(self._attempts)
        if self._page is Page.ATTEMPTS and report is not None:
            name = list_name("not-accepted", report.till_name, report.at_ms, report.zone)
            self._save(f"{name}.csv", lambda: attempts_csv(attempts).encode())
        elif report is not None:
            self._save(f"{report_name(report)}.csv", lambda: report_csv(report).encode())

    def save_pdf(self) -> None:
        """Save the report for printing."""
        report, language = self._report, self._language
        if report is not None:
            self._save(f"{report_name(report)}.pdf", lambda: report_pdf(report, language))

    def show_paper(self) -> None:
        """Show the report as it comes out of the receipt printer."""
        if self._report is not None:
            self._around.receipts.show_report(self._report)

    @property
    def _language(self) -> str:
        return self._around.tongue.speech().language

    def _cash_sheet(
        self, title: str, sentence: str, fields: list[str], answer: str, *, note: str = ""
    ) -> CashSheet:
        counter = self._around.counter
        sheet = CashSheet(
            title, sentence, fields, answer, currency=counter.currency, exponent=counter.exponent, note=note
        )
        sheet.wrong.connect(lambda error: self._refuse(sheet, error))
        self._around.sheets.open(sheet)
        return sheet

    def _open(self, sheet: CashSheet, float_minor: int) -> None:
        def opened(status: ShiftStatus) -> None:
            sheet.finish()
            self._know(status)
            self._around.news.recorded.emit()
            self._view.told.say(_say("Shift {number} is open.").format(number=status.number), tone="accept")

        shift = self._around.counter.shift
        self._around.submit(lambda: shift.open(float_minor), opened, lambda error: self._refuse(sheet, error))

    def _close(self, sheet: CashSheet, counted: int, other: int, note: str) -> None:
        shift = self._around.counter.shift

        def attempt(second_pin: str | None = None) -> ShiftReport:
            return shift.close(counted, other_minor=other, note=note, second_pin=second_pin)

        def closed(report: ShiftReport) -> None:
            sheet.finish()
            self._closed(report)

        def failed(error: UserError) -> None:
            if error.reason == "manager_needed":
                sentence, advice = self._around.tongue.errors().say(error)
                ask_second_person(
                    self._around, sentence, advice, attempt, closed, lambda e: self._refuse(sheet, e)
                )
            else:
                self._refuse(sheet, error)

        self._around.submit(attempt, closed, failed)

    def _refuse(self, sheet: CashSheet, error: UserError) -> None:
        """Say in the sheet why it did not go; it stays with what was typed."""
        if sheet.ended:
            self._around.fail(error)
        else:
            sheet.show_problem(*self._around.tongue.errors().say(error))

    def _closed(self, report: ShiftReport) -> None:
        """Show the Z report, and what is missing or too much."""
        self._page, self._report = Page.REPORT, report
        self._around.news.recorded.emit()
        self._around.submit(self._around.counter.shift.status, self._know)
        self._paint()
        speech, difference = self._around.tongue.speech(), report.difference_minor or 0
        title = report_title(report, speech.language)
        if difference:
            said = _say("{report}: the drawer differs by {amount}.")
            self._view.told.say(said.format(report=title, amount=speech.money(difference)), tone="ask")
        else:
            self._view.told.say(_say("{report}: everything is there.").format(report=title), tone="accept")

    def _credited(self, credited: Credited) -> None:
        said = (
            _say("{points} points are recorded.")
            if credited.points > 0
            else _say("{points} points are taken.")
        )
        self._view.told.say(said.format(points=abs(credited.points)), tone="accept")
        if self._up:
            self.show_page(Page.BY_HAND)

    def _refresh(self) -> None:
        """Read anew what is shown; a Z report that was picked stays as it is."""
        if self._up and not (self._page is Page.REPORT and self._report is not None and self._report.closing):
            self.show_page(self._page)

    def _turn(self, page: str) -> None:
        self._view.told.say("")
        self.show_page(Page(page))

    def _pick(self, number: int) -> None:
        if self._page is Page.EARLIER and number < len(self._past):
            self._page, self._report = Page.REPORT, self._past[number]
            self._paint()

    def _know(self, status: ShiftStatus) -> None:
        self._status = status
        speech = self._around.tongue.speech()
        if not status.open or status.opened_at_ms is None:
            self._view.show_standing(_say("No shift is open."), is_open=False)
            return
        said = _say("Shift {number} open since {when}, {who}, float {amount}").format(
            number=status.number,
            when=speech.clock(status.opened_at_ms),
            who=status.opened_by or "–",
            amount=speech.money(status.float_minor),
        )
        self._view.show_standing(said, is_open=True)

    def _take_report(self, found: tuple[ShiftStatus, ShiftReport]) -> None:
        status, self._report = found
        self._know(status)
        self._paint()

    def _take_attempts(self, attempts: list[AttemptSeen]) -> None:
        self._attempts = attempts
        self._paint()

    def _take_credits(self, given: list[CreditEntry]) -> None:
        self._credits = given
        self._paint()

    def _take_past(self, past: list[ShiftReport]) -> None:
        self._past = past
        self._paint()

    def _paint(self) -> None:
        """Show what was read last for the page that is up."""
        view, speech = self._view, self._around.tongue.speech()
        if self._status is not None:
            self._know(self._status)
        match self._page:
            case Page.REPORT if self._report is not None:
                report = self._report
                title = report_title(report, speech.language)
                view.show_page(Page.REPORT, title, words.report_lines(report, speech), keep=True)
                view.show_charts(
                    words.hour_bars(report, speech),
                    words.refused_bars(report, speech),
                    words.people_bars(report, speech),
                )
            case Page.ATTEMPTS:
                lines = words.attempt_lines(self._attempts, speech)
                view.show_page(Page.ATTEMPTS, _say("Not accepted"), lines, keep=True)
            case Page.BY_HAND:
                lines = words.credit_lines(self._credits, speech)
                view.show_page(Page.BY_HAND, _say("Points by hand"), lines, keep=True)
            case Page.EARLIER:
                view.show_page(Page.EARLIER, _say("Earlier shifts"), words.past_lines(self._past, speech))

    def _save(self, name: str, make: Callable[[], bytes]) -> None:
        """Write a file on the counter's thread, and say where it is."""
        home, language = self._around.running.settings.home, self._language

        def saved(path: Path) -> None:
            self._view.told.say(_say("Saved"), str(path), tone="accept")

        self._around.submit(lambda: save_report(home, name, make(), language), saved)
