"""A cashier's whole day in one piece: the real window by keys and touches, real files, a real central that dies at noon."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from pos_app.ui.sheets.decide_sheet import DecideSheet
from pos_app.ui.sheets.points_sheet import PointsSheet
from pos_app.ui.sheets.refund_sheet import RefundSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.results import GuestSeen
from pos_app.usecases.shift_results import ShiftReport
from sync.central.schema.words import Role
from sync.protocol.feed import Product
from sync.protocol.payloads import Payload, Redemption, Sale
from sync.rules.campaign import Stacking
from sync.rules.code import Kind
from sync.rules.points_rules import PointsRules
from sync.rules.verdict import Outcome
from sync.till.clock import SystemClock
from sync.till.journal.shift_book import Placed
from tests.builders.cashier import Cashier
from tests.builders.central_process import CentralProcess, start_central
from tests.builders.real_counter import add_campaign, add_guest, add_products, add_staff
from tests.builders.real_network import RealNetwork
from tests.builders.rules import a_campaign, fixed, percent
from tests.builders.till_window import opened, settle, wait_for

pytestmark = pytest.mark.timeout(900)

SALES = 200
NOON, REBOOT, AFTERNOON = 80, 110, 150
"""Sales at which central dies, at which the till's machine is switched off and on, at which central is back."""
MARTA, IVAN, MARIA, OLEG = "2468", "1357", "9999", "8888"
BADGE = "BADGE-IVAN-8QX4"
POINTS = 50_000
Opening = Callable[[Callable[..., TillWindow]], Callable[..., TillWindow]]


@pytest.fixture
def central(tmp_path: Path) -> Iterator[CentralProcess]:
    running = start_central(tmp_path)
    try:
        yield running
    finally:
        running.close()


@dataclass(frozen=True)
class Shop:
    """The restaurant of the day: its network, its till's home, its one regular guest's card and number."""

    network: RealNetwork
    home: Path
    card: str
    ada: int

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.network.central.rows(query, self.network.id)

    def row(self, query: str) -> dict[str, Any]:
        (found,) = self.rows(query)
        return found


@pytest.fixture
def shop(central: CentralProcess, tmp_path: Path) -> Iterator[Shop]:
    network = RealNetwork(central, tmp_path)
    both = {"stacking": Stacking.COMBINABLE}
    for kind, name, benefit, fields in (
        (Kind.VOUCHER, "Lunches", percent(1_000), {}),
        (Kind.PROMO, "Spring offers", fixed(100), {"min_basket_minor": 300}),
        (Kind.VIP, "Tables", percent(500), {"vip_priority": True}),
        (Kind.REFERRAL, "Bring a friend", percent(300), {}),
    ):
        add_campaign(network, a_campaign(benefit, kind=kind, name=name, **both, **fields))
    # About when the till is switched on again it cannot be sure whether this one is over.
    soon = (datetime.now(UTC) + timedelta(minutes=3)).isoformat(timespec="seconds")
    network.import_codes(
        "VOUCHER,LUNCH,Lunch,500,,Lunches,leased",
        "PROMO,SPRING,Spring,,,Spring offers,leased",
        "VIP,TABLE-1,Chef's table,,,Tables,leased",
        "REFERRAL,FRIEND-ADA,Ada's friends,500,,Bring a friend,leased",
        "VOUCHER,ONCE,Once,1,,Lunches,leased",
        f"PROMO,SOON-OVER,Soon over,,{soon},Spring offers,leased",
    )
    add_products(
        network,
        Product(item="ESPRESSO", name="Espresso", price_minor=280, category="Coffee"),
        Product(item="SOUP", name="Tomato soup", price_minor=690, category="Food", tax_group="reduced"),
    )
    add_staff(network, "Marta Klein", MARTA, Role.CASHIER)
    add_staff(network, "Ivan Orlov", IVAN, Role.CASHIER, badge=BADGE)
    add_staff(network, "Maria Stein", MARIA, Role.SHIFT_MANAGER)
    add_staff(network, "Oleg Petrov", OLEG, Role.SHIFT_MANAGER)
    central.admin_here("referral", "--network", str(network.id), "--enabled", "yes")
    ada = add_guest(network, "Ada Byron", points=POINTS)
    home, _ = network.enrolled_home("Bar")
    yield Shop(network, home.folder, str(ada.card), ada.guest_id)
    network.close()


def at_work(shop: Shop, opening: Opening) -> Cashier:
    """Switch the till on, and sign in."""
    cashier = Cashier(opening(opened)(shop.home, offline=False))
    cashier.sign_in(MARTA)
    return cashier


def open_shift(cashier: Cashier) -> None:
    cashier.shift_screen()
    cashier.press(Qt.Key.Key_F9)
    cashier.count_cash("150.00")
    assert cashier.window.sheets.up is None


def bring(cashier: Cashier, number: int, card: str) -> int:
    """Show what a guest of that number brings, by scanner or typed; return how many codes were accepted."""
    brought = ((), ("SPRING",), (card,), ("LUNCH",), ("TABLE-1",), (card, "SPRING"), ("LUNCH", "SPRING"))
    codes = brought[number % 7] if number % 20 else (card, "FRIEND-ADA")
    take = cashier.type_code if number % 9 == 0 else cashier.scan
    looks = [take(code) for code in codes]
    if number % 25 == 7:
        refused = cashier.scan(f"NOBODY-KNOWS-{number}")
        assert refused.outcome is Outcome.REFUSE
    if number in (3, 60, 90):
        looks.append(cashier.scan("ONCE"))
        assert looks[-1].accepted is (number == 3)
    return sum(look.accepted for look in looks)


def ring_up(cashier: Cashier, number: int) -> None:
    """Enter what is due: by the keyboard, on the screen's keys, or item by item."""
    amount = 500 + 137 * (number % 40) + number % 7
    text = f"{amount // 100}.{amount % 100:02d}"
    if number % 3 == 0:
        cashier.type_amount(text)
    elif number % 3 == 1:
        cashier.touch_amount(text)
    else:
        for name in ("Espresso", "Tomato soup", "Espresso")[: 1 + number % 3]:
            cashier.touch_item(name)


def one_sale(cashier: Cashier, number: int, card: str) -> None:
    accepted = bring(cashier, number, card)
    ring_up(cashier, number)
    assert len(cashier.window.desk_open.basket.look_ups) == accepted
    cashier.confirm()


def pay_with_points(cashier: Cashier, card: str) -> None:
    """Ada pays as much as she can with points."""
    assert isinstance(cashier.scan(card).subject, GuestSeen)
    cashier.type_amount("12.34")
    cashier.press(Qt.Key.Key_F8)
    cashier.touch(cashier.window.till.guest.pay_button)
    assert cashier.confirm().points_spent > 0


def lock_over_an_open_sale(cashier: Cashier) -> None:
    """Leave in the middle of a sale, come back, and hand over to a colleague who finishes it."""
    cashier.scan("SPRING")
    cashier.type_amount("20.00")
    cashier.lock()
    cashier.sign_in(MARTA)
    cashier.show_badge(BADGE, "Ivan Orlov")
    assert cashier.confirm().discount_minor == 100


def switch_off_and_on(cashier: Cashier, shop: Shop, opening: Opening, patch: pytest.MonkeyPatch) -> Cashier:
    """Cut the machine's power over an open sale while the office is away; the sale is back on the bill."""
    cashier.type_amount("7.77")
    cashier.window.close()
    # A machine that was started again counts its time anew: that is all the till sees of it.
    patch.setattr(SystemClock, "boot_id", lambda _self: "the machine's second start")
    again = at_work(shop, opening)
    assert again.window.desk_open.basket.amount_minor == 777
    settle(again.window)
    again.confirm()
    return again


def let_a_manager_decide(cashier: Cashier) -> None:
    """A code that may be over is asked about; the manager allows it."""
    look = cashier.scan("SOON-OVER")
    assert look.outcome is Outcome.ASK, (look.outcome, look.message)
    cashier.touch(cashier.window.till.verdict.buttons[0])
    assert isinstance(cashier.window.sheets.up, DecideSheet)
    cashier.press(Qt.Key.Key_1)
    cashier.press(Qt.Key.Key_Return)
    cashier.answer_pin(MARIA)
    cashier.type_amount("30.00")
    assert cashier.confirm().discount_minor == 100


def give_points(cashier: Cashier, card: str) -> None:
    """The manager gives many points by hand, to which the other manager agrees; the cashier comes back."""
    cashier.lock()
    cashier.sign_in(MARIA)
    screen = cashier.shift_screen()
    cashier.touch(screen.by_hand)
    cashier.window.take_scan(card, cashier.judged[-1].source)
    settle(cashier.window)
    sheet = cashier.window.sheets.up
    assert isinstance(sheet, PointsSheet)
    sheet.points.setFocus()
    cashier.type(str(PointsRules().second_person_above + 70), sheet.points.text)
    cashier.touch(sheet.choices[0])
    sheet.note.setFocus()
    cashier.type("waited too long", sheet.note.text)
    cashier.press(Qt.Key.Key_Return)
    cashier.answer_pin(OLEG)
    assert cashier.window.sheets.up is None
    cashier.lock()
    cashier.sign_in(MARTA)


def give_back(cashier: Cashier) -> None:
    """Void the newest sale, and give a part of the one before it back."""
    screen = cashier.sales_screen()
    cashier.choose(screen.list, 0)
    cashier.press(Qt.Key.Key_F9)
    cashier.answer_why()
    cashier.choose(screen.list, 1)
    cashier.press(Qt.Key.Key_F10)
    sheet = cashier.window.sheets.up
    assert isinstance(sheet, RefundSheet)
    cashier.type("1.23", sheet.amount.text)
    cashier.press(Qt.Key.Key_Return)
    cashier.answer_why()


def close_shift(cashier: Cashier) -> ShiftReport:
    """Count exactly what should be there; the cashier needs the manager's PIN."""
    counter = cashier.window.around.counter
    expected = counter.shift.report().expected_minor
    cashier.shift_screen()
    cashier.press(Qt.Key.Key_F9)
    cashier.count_cash(f"{expected // 100}.{expected % 100:02d}")
    cashier.answer_pin(MARIA)
    return counter.shift.past()[0]


def journal(cashier: Cashier) -> list[tuple[str, Payload]]:
    """Read everything that the till has recorded: an event's id and what it says."""
    assert cashier.window.flow.running is not None
    desk = cashier.window.flow.running.desk

    def behind(position: int) -> list[Placed]:
        return desk.files.call(lambda: desk.till.journal.events_after(position))

    found: list[tuple[str, Payload]] = []
    page = behind(-1)
    while page:
        found += [
            (str(each.envelope.event), each.payload)
            for each in page
            if each.envelope is not None and each.payload is not None
        ]
        page = behind(page[-1].position)
    return found


def test_a_whole_day_with_an_outage_is_equal_at_central_to_the_cent(
    shop: Shop, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    cashier = at_work(shop, opening)
    open_shift(cashier)
    cashier.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    pay_with_points(cashier, shop.card)
    lock_over_an_open_sale(cashier)
    for number in range(SALES):
        if number == NOON:
            shop.network.central.kill()
        if number == REBOOT:
            cashier = switch_off_and_on(cashier, shop, opening, monkeypatch)
            let_a_manager_decide(cashier)
            cashier.register_guest("Nina Nowak", "+49 151 1234 9876")
        if number == AFTERNOON:
            shop.network.central.restart()
        one_sale(cashier, number, shop.card)
    give_points(cashier, shop.card)
    give_back(cashier)
    report = close_shift(cashier)
    running = cashier.window.flow.running
    assert running is not None
    wait_for(lambda: running.settle(1.0).unsettled == 0, what="a settled journal")

    assert running.safe_to_close()[0]
    assert running.verify().ok
    everything = journal(cashier)
    check_sales(shop, everything, report)
    check_codes(shop, everything, report)
    check_guests(shop, report)
    check_shift(shop, report)


def check_sales(shop: Shop, everything: list[tuple[str, Payload]], report: ShiftReport) -> None:
    """Every sale is at central, each to the cent, and they come to what the Z report says."""
    whole = report.figures.whole
    assert (whole.sales, whole.voids, whole.refunds, whole.credits) == (SALES + 4, 1, 1, 1)
    here = {
        event: (sale.total_minor, sale.discount_minor, sale.paid_minor, sale.points_earned, sale.points_spent)
        for event, sale in everything
        if isinstance(sale, Sale)
    }
    there = shop.rows("SELECT * FROM sales WHERE network_id = $1")
    assert {
        str(row["event"]): (
            row["total_minor"],
            row["discount_minor"],
            row["paid_minor"],
            row["points_earned"],
            row["points_spent"],
        )
        for row in there
    } == here
    assert len(here) == whole.sales
    for column, figure in (
        ("total_minor", whole.sales_minor),
        ("discount_minor", whole.discount_minor),
        ("paid_minor", whole.paid_minor),
        ("points_earned", whole.points_earned),
        ("points_spent", whole.points_spent),
        ("points_paid_minor", whole.points_paid_minor),
        ("vip", whole.vip_sales),
    ):
        assert sum(row[column] for row in there) == figure, column
    assert whole.discount_minor > 0
    assert whole.vip_sales > 0
    receipts = sorted(row["receipt"] for row in there)
    assert receipts == list(range(receipts[0], receipts[0] + len(receipts)))
    back = shop.row("SELECT sum(amount_minor)::bigint AS back FROM refunds WHERE network_id = $1")
    assert back["back"] == whole.back_minor


def check_codes(shop: Shop, everything: list[tuple[str, Payload]], report: ShiftReport) -> None:
    """Each code was used at central exactly as often as at the till; refused tries and decisions are there too."""
    whole = report.figures.whole
    here = Counter(use.code_id for _event, use in everything if isinstance(use, Redemption))
    there = shop.rows(
        "SELECT code_id, count(*)::int AS uses FROM redemptions WHERE network_id = $1 GROUP BY code_id"
    )
    assert {row["code_id"]: row["uses"] for row in there} == dict(here)
    assert sum(here.values()) == whole.redemptions
    assert len(here) == 6
    tried = shop.row("SELECT count(*)::int AS attempts FROM attempts WHERE network_id = $1")
    assert tried["attempts"] == whole.attempts == sum(report.figures.refused.values())
    overrides = shop.rows("SELECT allowed, asked FROM overrides WHERE network_id = $1")
    assert overrides == [{"allowed": True, "asked": "clock_in_doubt"}]
    assert shop.network.status("ONCE")["uses"] == 1
    assert shop.network.broken_limits() == []


def check_guests(shop: Shop, report: ShiftReport) -> None:
    """Both guests are known, and have together exactly the points that the day leaves them."""
    whole = report.figures.whole
    guests = shop.rows("SELECT id, points, registered_by FROM guests WHERE network_id = $1")
    assert sorted(row["registered_by"] is not None for row in guests) == [False, True]
    gained = whole.credited + whole.points_earned + whole.points_back
    lost = whole.points_spent + whole.points_taken + whole.debited
    assert sum(row["points"] for row in guests) == POINTS + gained - lost
    assert shop.ada in [row["id"] for row in guests]


def check_shift(shop: Shop, report: ShiftReport) -> None:
    """The Z report is at central, agrees with what central counted itself, and nothing needs anybody."""
    assert report.difference_minor == 0
    assert {report.names[each.staff] for each in report.figures.by_staff} >= {"Marta Klein", "Ivan Orlov"}
    shift = shop.row("SELECT * FROM shifts WHERE network_id = $1")
    assert shift["agrees"] is True
    assert (shift["number"], shift["float_minor"]) == (report.number, 15_000)
    assert shift["expected_minor"] == shift["counted_minor"] == report.expected_minor
    assert shop.rows("SELECT kind FROM cases WHERE network_id = $1") == []
