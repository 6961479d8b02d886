"""The common case of everything that a cashier and a shift manager do takes three touches; where not, it says why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from pos_app.scanner.read import Read
from pos_app.ui.flow import Screen
from pos_app.ui.places.guests.place import GuestsPlace
from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.cases_screen import CasesScreen
from pos_app.ui.screens.guests_screen import Page as GuestPage
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.screens.shift_screen import Page, ShiftScreen
from pos_app.ui.sheets.cash_sheet import CashSheet
from pos_app.ui.sheets.decide_sheet import DecideSheet
from pos_app.ui.sheets.guest_sheet import GuestSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.sheets.points_sheet import PointsSheet
from pos_app.ui.sheets.reason_sheet import ReasonSheet
from pos_app.ui.sheets.receipt_sheet import ReceiptSheet
from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.stage import Page as StagePage
from pos_app.usecases.guest_results import Consent
from pos_app.usecases.source import Source
from sync.protocol.case_notes import CaseList, CaseMark, CaseNote
from sync.protocol.payloads import Sale
from sync.rules.sale import Guest, Line
from sync.rules.verdict import Outcome
from sync.till.case_box import keep_cases
from tests.builders.desk import a_counter, lend_points, the_till
from tests.builders.fingers import Fingers
from tests.builders.rich_world import a_rich_world
from tests.builders.screen_keys import keys_of
from tests.builders.till_window import BADGE, CARD, LUNCH, PIN, a_home, settle, signed_in, wait_for
from tests.builders.touches import Touches
from tests.pos_app.ui.conftest import Open
from tests.pos_app.ui.places.test_shift_place import lend_credit

MOST = 3
MANAGER, OTHER = "9999", "8888"
CORNERS = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
CONTROL = Qt.KeyboardModifier.ControlModifier
Opening = Callable[[Callable[..., TillWindow]], Open]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that is done, how many touches it takes, and why it may be more than three."""

    id: str
    what: str
    walk: Callable[[Touches], None]
    touches: int
    why: str = ""


@pytest.fixture
def hand(opening: Opening, tmp_path: Path) -> Touches:
    world = a_rich_world()
    world.staff("Maria Stein", pin=MANAGER, role="shift_manager")
    world.staff("Oleg Petrov", pin=OTHER, role="shift_manager")
    home = a_home(tmp_path / "till", world)
    counter = a_counter(home, world, load=False, offline=True)
    lend_points(counter, world, Guest(id=5), 120)
    the_till(counter).close()
    lend_credit(home, world, 500)
    window = opening(signed_in)(home, printer=f"file:{tmp_path / 'paper'}")
    window.activateWindow()
    wait_for(window.isActiveWindow)
    return Touches(window)


def sales_of(hand: Touches) -> list[Sale]:
    assert hand.window.flow.running is not None
    recent = hand.window.flow.running.counter.latest_sales(50)
    return [each.payload for each in recent if isinstance(each.payload, Sale)]


def go(hand: Touches, name: PlaceName) -> None:
    hand.finger(hand.window.rail.buttons[name])


def an_item(hand: Touches) -> None:
    hand.finger(hand.window.till.items.tiles[0])


def confirm(hand: Touches) -> None:
    before = len(sales_of(hand))
    hand.finger(hand.window.till.basket.confirm_button)
    assert len(sales_of(hand)) == before + 1


def shown(hand: Touches, text: str) -> None:
    hand.window.take_scan(text, Source.WEDGE)
    settle(hand.window)


def locked(hand: Touches) -> None:
    hand.window.guard.lock()
    settle(hand.window)
    assert hand.window.screen_now is Screen.SIGN_IN
    hand.anew()


def enter_pin(hand: Touches, pin: str) -> None:
    sheet = hand.window.sheets.up
    assert isinstance(sheet, PinSheet)
    hand.figures(sheet.pad.keypad, pin)
    hand.finger(sheet.pad.enter)


def by_pin(hand: Touches) -> None:
    locked(hand)
    hand.figures(hand.window.sign_in.keypad, PIN)
    hand.finger(hand.window.sign_in.enter)
    assert hand.window.screen_now is Screen.TILL


def by_badge(hand: Touches) -> None:
    locked(hand)
    shown(hand, BADGE)
    assert hand.window.screen_now is Screen.TILL


def lock(hand: Touches) -> None:
    hand.key(Qt.Key.Key_L, CONTROL)
    assert hand.window.screen_now is Screen.SIGN_IN
    hand.window.flow.sign_in(MANAGER)
    settle(hand.window)


def by_camera(hand: Touches) -> None:
    hand.window.cameras.read.emit(Read(LUNCH, LUNCH.encode(), CORNERS))
    settle(hand.window)
    assert hand.window.till.verdict.banner.text.tone == "accept"


def by_wedge(hand: Touches) -> None:
    Fingers(hand.window).send(LUNCH, gap_ms=4, enter=True)
    settle(hand.window)
    assert len(hand.window.desk_open.basket.look_ups) == 1


def typed(hand: Touches) -> None:
    hand.finger(hand.window.till.camera.code)
    hand.letters("lunch-10")
    hand.finger(keys_of(hand.window).special["enter"])
    assert len(hand.window.desk_open.basket.look_ups) == 1


def pasted(hand: Touches) -> None:
    QApplication.clipboard().setText(LUNCH)
    hand.key(Qt.Key.Key_V, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    wait_for(lambda: len(hand.window.desk_open.basket.look_ups) == 1)
    settle(hand.window)


def verdict(hand: Touches) -> None:
    shown(hand, LUNCH)
    assert hand.window.till.verdict.banner.isVisible()
    assert hand.window.till.verdict.banner.text.headline


def sell_item(hand: Touches) -> None:
    an_item(hand)
    shown(hand, LUNCH)
    confirm(hand)


def sell_after_code(hand: Touches) -> None:
    shown(hand, LUNCH)
    hand.finger(hand.window.till.stage.tabs[StagePage.ITEMS])
    an_item(hand)
    confirm(hand)


def sell_amount(hand: Touches) -> None:
    shown(hand, LUNCH)
    hand.finger(hand.window.till.basket.amount)
    hand.figures(hand.window.till.keypad, ("1", "2", ".", "5", "0"))
    confirm(hand)
    assert sales_of(hand)[0].total_minor == 1250


def reward(hand: Touches) -> None:
    shown(hand, CARD)
    rows = hand.window.till.guest.choices.rows
    hand.finger(next(row for row in rows if row.title.text() == "Espresso for free").button)
    confirm(hand)
    assert sales_of(hand)[0].reward_points == 50


def part_by_points(hand: Touches) -> None:
    an_item(hand)
    shown(hand, CARD)
    hand.finger(hand.window.till.guest.pay_button)
    confirm(hand)
    assert sales_of(hand)[0].points_paid_minor > 0


def undo(hand: Touches) -> None:
    sell_item(hand)
    hand.anew()
    hand.finger(hand.window.till.verdict.buttons[0])
    hand.finger(hand.window.till.verdict.buttons[0])
    assert hand.window.till.verdict.banner.text.headline == "Sale undone"


def void(hand: Touches) -> None:
    sell_item(hand)
    hand.anew()
    go(hand, PlaceName.SALES)
    screen = hand.window.places.place(PlaceName.SALES).screen
    assert isinstance(screen, SalesScreen)
    hand.line(screen.list, 0)
    hand.finger(screen.void)
    why = hand.window.sheets.up
    assert isinstance(why, ReasonSheet)
    hand.finger(why.choices[0])
    hand.finger(why.go_on)
    settle(hand.window)
    assert hand.window.sheets.up is None
    assert not screen.void.isEnabled()


def find_guest(hand: Touches) -> None:
    go(hand, PlaceName.GUESTS)
    place = hand.window.places.place(PlaceName.GUESTS)
    assert isinstance(place, GuestsPlace)
    hand.figures(place.screen.keypad, "4321")
    wait_for(lambda: place.quiet)
    settle(hand.window)
    hand.line(place.screen.list, 0)
    assert place.screen.page is GuestPage.GUEST


def find_guest_by_name(hand: Touches) -> None:
    go(hand, PlaceName.GUESTS)
    place = hand.window.places.place(PlaceName.GUESTS)
    assert isinstance(place, GuestsPlace)
    place.screen.escaped.emit()
    place.screen.search.clear()
    if hand.window.choices.now.keyboard != "always":
        hand.finger(place.screen.search)
    hand.letters("anna")
    wait_for(lambda: place.quiet)
    settle(hand.window)
    hand.line(place.screen.list, 0)
    assert place.screen.page is GuestPage.GUEST


def find_guest_by_name_at_once(hand: Touches) -> None:
    hand.window.choices.choose(keyboard="always")
    find_guest_by_name(hand)
    hand.window.choices.choose(keyboard="auto")


def register(hand: Touches) -> None:
    go(hand, PlaceName.GUESTS)
    place = hand.window.places.place(PlaceName.GUESTS)
    assert isinstance(place, GuestsPlace)
    form = place.screen.form
    hand.finger(place.screen.new)
    hand.finger(form.fields["name"].edit)
    hand.letters("Eva")
    hand.finger(form.fields["phone"].edit)
    hand.letters("+493055566677")
    hand.finger(keys_of(hand.window).special["done"])
    hand.finger(form.consents[Consent.DATA])
    hand.finger(form.register)
    wait_for(lambda: place.quiet)
    settle(hand.window)
    assert place.screen.page is GuestPage.GUEST


def receipt(hand: Touches) -> None:
    sell_item(hand)
    hand.anew()
    card = hand.window.till.verdict
    hand.finger(next(button for button in card.buttons if "eceipt" in button.text()))
    sheet = hand.window.sheets.up
    assert isinstance(sheet, ReceiptSheet)
    assert sheet.print is not None
    hand.finger(sheet.print)
    wait_for(lambda: hand.window.receipts.idle)
    settle(hand.window)
    assert hand.window.settings.printer.endswith("paper")
    assert Path(hand.window.settings.printer.removeprefix("file:")).stat().st_size > 0


def safe(hand: Touches) -> None:
    hand.finger(hand.window.bar.badge)
    assert hand.window.panel.isVisible()
    hand.finger(hand.window.bar.badge)
    hand.count = 1


def open_shift(hand: Touches) -> None:
    go(hand, PlaceName.SHIFT)
    screen = hand.window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    hand.finger(screen.act)
    sheet = hand.window.sheets.up
    assert isinstance(sheet, CashSheet)
    hand.figures(sheet.keypad, ("1", "0", "0"))
    hand.finger(sheet.go_on)
    assert "open" in screen.standing.text()


def x_report(hand: Touches) -> None:
    go(hand, PlaceName.SHIFT)
    screen = hand.window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    assert screen.list.lines


def points_by_hand(hand: Touches) -> None:
    go(hand, PlaceName.SHIFT)
    screen = hand.window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    hand.finger(screen.by_hand)
    assert isinstance(hand.window.sheets.up, GuestSheet)
    shown(hand, CARD)
    sheet = hand.window.sheets.up
    assert isinstance(sheet, PointsSheet)
    hand.figures(sheet.keypad, ("5", "0"))
    hand.finger(sheet.choices[0])
    hand.finger(sheet.note)
    hand.letters("Cold")
    hand.finger(keys_of(hand.window).special["enter"])
    assert hand.window.sheets.up is None


def decide(hand: Touches) -> None:
    look = hand.window.around.counter.look_up(LUNCH, Source.CAMERA, lines=(Line(amount_minor=1000),))
    asks = replace(look.verdict, outcome=Outcome.ASK, reason="clock_in_doubt")
    hand.window.desk_open.take_look("asked", replace(look, verdict=asks))
    settle(hand.window)
    hand.finger(hand.window.till.verdict.buttons[0])
    sheet = hand.window.sheets.up
    assert isinstance(sheet, DecideSheet)
    hand.finger(sheet.choices[0])
    hand.finger(sheet.allow)
    enter_pin(hand, MANAGER)
    assert len(hand.window.desk_open.basket.look_ups) == 1


def attempts(hand: Touches) -> None:
    go(hand, PlaceName.SHIFT)
    screen = hand.window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    hand.finger(screen.pages[Page.ATTEMPTS])
    assert screen.pages[Page.ATTEMPTS].isChecked()


def cases(hand: Touches) -> None:
    assert hand.window.flow.running is not None
    desk = hand.window.flow.running.desk
    notes = tuple(
        CaseNote(id=number, kind=kind, opened_ms=1) for number, kind in ((8, "fork"), (7, "damaged"))
    )
    desk.files.call(lambda: keep_cases(desk.till.journal, CaseList(mark=CaseMark(2, 8), cases=notes)))
    go(hand, PlaceName.CASES)
    screen = hand.window.places.place(PlaceName.CASES).screen
    assert isinstance(screen, CasesScreen)
    hand.line(screen.list, 1)
    assert screen.title.text() == "A damaged entry"


SIGNED = "it takes back recorded money: which sale, and why, is what it asks (a cashier's needs a PIN more)"
ROWS = (
    Row(id="C1", what="sign in by PIN", walk=by_pin, touches=2),
    Row(id="C1", what="sign in, or take over, by badge", walk=by_badge, touches=0),
    Row(id="C1", what="lock", walk=lock, touches=1),
    Row(id="C2", what="hold a code before the camera", walk=by_camera, touches=0),
    Row(id="C3", what="scan by hand scanner, any focus", walk=by_wedge, touches=0),
    Row(id="C4", what="type a code on the screen", walk=typed, touches=3),
    Row(id="C4", what="paste a code", walk=pasted, touches=1),
    Row(id="C5", what="read the verdict", walk=verdict, touches=0),
    Row(id="C6", what="item, code, confirm", walk=sell_item, touches=2),
    Row(id="C6", what="code, item, confirm, smallest screen", walk=sell_after_code, touches=3),
    Row(id="C6", what="code, amount, confirm", walk=sell_amount, touches=3),
    Row(id="C7", what="a reward for points", walk=reward, touches=2),
    Row(id="C7", what="item, card, pay by points", walk=part_by_points, touches=3),
    Row(id="C8", what="undo the last sale", walk=undo, touches=2),
    Row(id="C8", what="void an earlier sale", walk=void, touches=5, why=SIGNED),
    Row(id="C9", what="find a guest by four digits", walk=find_guest, touches=3),
    Row(
        id="C9", what="find a guest by name, touch only", walk=find_guest_by_name, touches=4,
        why="the keys of letters come up by a touch of their own, unless keyboard = always",
    ),
    Row(id="C9", what="the same, keyboard = always", walk=find_guest_by_name_at_once, touches=3),
    Row(id="C9", what="register a guest", walk=register, touches=9, why="each field is the guest's own answer"),
    Row(id="C10", what="print a receipt", walk=receipt, touches=2),
    Row(id="C11", what="a sale with no network", walk=sell_item, touches=2),
    Row(id="C11", what="see that what waits is safe", walk=safe, touches=1),
    Row(
        id="C12", what="open a shift", walk=open_shift, touches=4,
        why="what is in the drawer is counted and typed, once a day",
    ),
    Row(id="C12", what="X report", walk=x_report, touches=1),
    Row(
        id="M1", what="points by hand", walk=points_by_hand, touches=7,
        why="how many, why and a note are demanded of whoever gives points",
    ),
    Row(
        id="M2", what="decide about an ask", walk=decide, touches=5,
        why="reason and PIN are what makes it a decision",
    ),
    Row(id="M3", what="failed attempts of the shift", walk=attempts, touches=2),
    Row(id="M4", what="a case and what to do", walk=cases, touches=2),
)  # fmt: skip


def test_every_row_of_cashier_and_manager_takes_three_touches_or_says_why(hand: Touches) -> None:
    assert {row.id for row in ROWS} == {*(f"C{n}" for n in range(1, 13)), *(f"M{n}" for n in range(1, 5))}
    counted: list[tuple[Row, int]] = []
    for row in ROWS:
        hand.window.typing.put_away()
        hand.window.places.home()
        hand.window.desk_open.start_over()
        # A till with a catalogue begins with it; the row before may have typed an amount.
        hand.window.till.stage.prefer(StagePage.ITEMS)
        settle(hand.window)
        hand.anew()
        row.walk(hand)
        counted.append((row, hand.count))
    print(*(f"{row.id:4} {row.what:36} {count}  {row.why}" for row, count in counted), sep="\n")
    assert [(row.what, count) for row, count in counted] == [(row.what, row.touches) for row in ROWS]
    assert all(row.touches <= MOST or row.why for row in ROWS)
