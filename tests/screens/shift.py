"""The walk through the shift manager's work: reports, sales, points by hand, cases, a decision."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pos_app.ui.places.decision import decide
from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.cases_screen import CasesScreen
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.screens.shift_screen import Page, ShiftScreen
from pos_app.ui.sheets.cash_sheet import CashSheet
from pos_app.ui.sheets.decide_sheet import DecideSheet
from pos_app.ui.sheets.guest_sheet import GuestSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.protocol.case_notes import CaseList, CaseMark, CaseNote
from sync.rules.sale import Line
from sync.rules.verdict import Outcome
from sync.till.case_box import keep_cases
from tests.builders.rules import NOON
from tests.builders.till_window import CARD, LUNCH, USED, VIP, a_home, a_world, scan, sell, settle, signed_in

MANAGER_PIN = "9999"
Take = Callable[[TillWindow, str], None]


def shift(take: Take, make: Callable[..., TillWindow], folder: Path) -> None:
    """Take pictures of the places in every state."""
    world = a_world()
    world.staff("Maria Stein", pin=MANAGER_PIN, role="shift_manager")
    window = make(a_home(folder, world), signed_in)
    window.flow.sign_in(MANAGER_PIN)
    settle(window)
    _report(take, window)
    _points(take, window)
    _sales(take, window)
    _cases(take, window)
    _decision(take, window)
    window.close()


def _go(window: TillWindow, name: PlaceName) -> object:
    window.places.go(name)
    settle(window)
    return window.places.place(name).screen


def _report(take: Take, window: TillWindow) -> None:
    screen = _go(window, PlaceName.SHIFT)
    assert isinstance(screen, ShiftScreen)
    screen.act.click()
    sheet = window.sheets.up
    assert isinstance(sheet, CashSheet)
    sheet.fields[0].setText("150.00")
    take(window, "shift-open-sheet")
    sheet.go_on.click()
    settle(window)
    window.conditions.ask()
    settle(window)
    window.places.go(PlaceName.SELL)
    for amount, codes in (("12.50", ()), ("49.90", (LUNCH,)), ("19.99", (CARD,)), ("33", (VIP,))):
        sell(window, amount, codes)
    scan(window, USED, "NO-SUCH-CODE", "NO-SUCH-CODE-EITHER")
    _go(window, PlaceName.SHIFT)
    take(window, "shift-x-report")
    for page in (Page.ATTEMPTS, Page.BY_HAND, Page.EARLIER):
        screen.pages[page].click()
        settle(window)
        take(window, f"shift-{page.value}")
    screen.act.click()
    closing = window.sheets.up
    assert isinstance(closing, CashSheet)
    closing.fields[0].setText("250")
    take(window, "shift-close-sheet")
    closing.go_on.click()
    settle(window)
    take(window, "shift-z-report")


def _points(take: Take, window: TillWindow) -> None:
    screen = _go(window, PlaceName.SHIFT)
    assert isinstance(screen, ShiftScreen)
    screen.by_hand.click()
    sheet = window.sheets.up
    assert isinstance(sheet, GuestSheet)
    sheet.field.setText("anna")
    settle(window)
    take(window, "points-guest")
    sheet.picked.emit(0)
    settle(window)
    take(window, "points-by-hand")
    window.sheets.close_all()
    settle(window)


def _sales(take: Take, window: TillWindow) -> None:
    screen = _go(window, PlaceName.SALES)
    assert isinstance(screen, SalesScreen)
    screen.list.picked.emit(1)
    settle(window)
    take(window, "sales")
    screen.refund.click()
    take(window, "sales-refund")
    window.sheets.close_all()
    screen.void.click()
    take(window, "sales-void-why")
    window.sheets.close_all()
    settle(window)


_DIFFERENCE = {
    "campaign": "1",
    "code": "1",
    "office_gives.discount_minor": "0",
    "office_gives.points": "0",
    "office_says": "ended",
    "till_gave.discount_minor": "480",
    "till_gave.points": "12",
    "till_said": "ok",
}


def _cases(take: Take, window: TillWindow) -> None:
    assert window.flow.running is not None
    desk = window.flow.running.desk
    event = window.around.counter.shift.sales()[0].event
    told = (
        CaseNote(id=812, kind="refund_exceeds", opened_ms=NOON, event=event, detail={"seq": "300"}),
        CaseNote(id=790, kind="rule_difference", opened_ms=NOON, detail=_DIFFERENCE),
        CaseNote(id=700, kind="fork", opened_ms=NOON),
    )
    desk.files.call(lambda: keep_cases(desk.till.journal, CaseList(mark=CaseMark(3, 812), cases=told)))
    _go(window, PlaceName.CASES)
    take(window, "cases")
    screen = window.places.place(PlaceName.CASES).screen
    assert isinstance(screen, CasesScreen)
    screen.list.picked.emit(1)
    take(window, "cases-rules-differ")


def _decision(take: Take, window: TillWindow) -> None:
    window.places.go(PlaceName.SELL)
    look = window.around.counter.look_up(LUNCH, Source.CAMERA, lines=(Line(amount_minor=3000),))
    asks = replace(look.verdict, outcome=Outcome.ASK, reason="clock_in_doubt")
    decide(window.around, replace(look, verdict=asks), lambda _look: None)
    take(window, "decision")
    sheet = window.sheets.up
    assert isinstance(sheet, DecideSheet)
    sheet.choices[0].click()
    sheet.allow.click()
    assert isinstance(window.sheets.up, PinSheet)
    take(window, "decision-pin")
    window.sheets.close_all()
    settle(window)
