"""A cashier's whole day in one piece: the real window, real files, and a real central that dies at noon."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.screens.shift_screen import ShiftScreen
from pos_app.ui.sheets.cash_sheet import CashSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.sheets.points_sheet import PointsSheet
from pos_app.ui.sheets.reason_sheet import ReasonSheet
from pos_app.ui.sheets.refund_sheet import RefundSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.shift_results import ShiftReport
from pos_app.usecases.source import Source
from sync.central.schema.words import Role
from tests.builders.central_process import CentralProcess, start_central
from tests.builders.real_counter import add_guest, add_staff
from tests.builders.real_network import RealNetwork
from tests.builders.till_window import PIN, scan, sell, settle, signed_in, wait_for

pytestmark = pytest.mark.timeout(900)

SALES = 200
NOON, AFTERNOON = 80, 150
"""Sales at which central dies, and at which it is back."""
MARIA = "9999"
LONG_S = 120.0
Opening = Callable[[Callable[..., TillWindow]], Callable[..., TillWindow]]


@pytest.fixture
def central(tmp_path: Path) -> Iterator[CentralProcess]:
    running = start_central(tmp_path)
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def network(central: CentralProcess, tmp_path: Path) -> Iterator[RealNetwork]:
    made = RealNetwork(central, tmp_path)
    made.import_codes(
        "VOUCHER,LUNCH,Lunch,500,,Lunches,leased",
        "PROMO,SPRING,Spring,,,Spring offers,leased",
        "VIP,TABLE-1,Chef's table,,,Tables,leased",
        "VOUCHER,ONCE,Once,1,,Singles,leased",
    )
    add_staff(made, "Marta Klein", PIN, Role.CASHIER)
    add_staff(made, "Maria Stein", MARIA, Role.SHIFT_MANAGER)
    yield made
    made.close()


def morning(network: RealNetwork, opening: Opening) -> TillWindow:
    home, _ = network.enrolled_home("Bar")
    return opening(signed_in)(home.folder, offline=False)


def open_shift(window: TillWindow) -> None:
    window.places.go(PlaceName.SHIFT)
    settle(window)
    shift_screen(window).act.click()
    sheet = window.sheets.up
    assert isinstance(sheet, CashSheet)
    sheet.fields[0].setText("150.00")
    sheet.go_on.click()
    settle(window)


def shift_screen(window: TillWindow) -> ShiftScreen:
    screen = window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    return screen


def one_sale(window: TillWindow, number: int, card: str) -> None:
    """Sell something, with whatever a guest of that number brings."""
    brought = ((), ("SPRING",), (card,), ("LUNCH",), ("TABLE-1",), ("SPRING", card))[number % 6]
    if number % 25 == 7:
        scan(window, f"NOBODY-KNOWS-{number}")
    amount = 500 + 137 * (number % 40) + number % 7
    sell(window, f"{amount // 100}.{amount % 100:02d}", brought)


def give_points(window: TillWindow, card: str) -> None:
    """The manager gives 70 points by hand."""
    window.flow.sign_in(MARIA)
    settle(window)
    window.places.go(PlaceName.SHIFT)
    settle(window)
    shift_screen(window).by_hand.click()
    window.take_scan(card, Source.WEDGE)
    settle(window)
    sheet = window.sheets.up
    assert isinstance(sheet, PointsSheet)
    sheet.points.setText("70")
    sheet.choices[0].click()
    sheet.note.setText("waited too long")
    sheet.go_on.click()
    settle(window)
    assert window.sheets.up is None


def answer_why(window: TillWindow) -> None:
    sheet = window.sheets.up
    assert isinstance(sheet, ReasonSheet)
    sheet.choices[0].click()
    sheet.go_on.click()
    settle(window)


def give_back(window: TillWindow) -> None:
    """Void the newest sale, and give a part of the one before it back."""
    window.places.go(PlaceName.SALES)
    settle(window)
    screen = window.places.place(PlaceName.SALES).screen
    assert isinstance(screen, SalesScreen)
    screen.list.picked.emit(0)
    settle(window)
    screen.void.click()
    answer_why(window)
    screen.list.picked.emit(1)
    settle(window)
    screen.refund.click()
    sheet = window.sheets.up
    assert isinstance(sheet, RefundSheet)
    sheet.amount.setText("1.23")
    sheet.go_on.click()
    answer_why(window)


def close_shift(window: TillWindow) -> ShiftReport:
    """Count exactly what should be there; the cashier needs the manager's PIN."""
    window.flow.sign_in(PIN)
    settle(window)
    expected = window.around.counter.shift.report().expected_minor
    window.places.go(PlaceName.SHIFT)
    settle(window)
    shift_screen(window).act.click()
    cash = window.sheets.up
    assert isinstance(cash, CashSheet)
    cash.fields[0].setText(f"{expected // 100}.{expected % 100:02d}")
    cash.go_on.click()
    settle(window)
    pin = window.sheets.up
    assert isinstance(pin, PinSheet)
    for figure in MARIA:
        pin.pad.add(figure)
    pin.pad.submit()
    settle(window)
    assert window.sheets.up is None
    return window.around.counter.shift.past()[0]


def row(network: RealNetwork, query: str) -> dict[str, Any]:
    (found,) = network.central.rows(query, network.id)
    return found


def test_a_whole_day_with_an_outage_is_equal_at_central_to_the_cent(
    network: RealNetwork, opening: Opening
) -> None:
    card = add_guest(network, "Ada Byron", points=500).card
    window = morning(network, opening)
    open_shift(window)
    window.places.go(PlaceName.SELL)
    for number in range(SALES):
        if number == NOON:
            network.central.kill()
        if number == AFTERNOON:
            network.central.restart()
        one_sale(window, number, card)
    give_points(window, card)
    give_back(window)
    report = close_shift(window)
    running = window.flow.running
    assert running is not None
    wait_for(lambda: running.settle(1.0).unsettled == 0, what="a settled journal")

    whole = report.figures.whole
    assert (whole.sales, whole.voids, whole.refunds, whole.credits) == (SALES, 1, 1, 1)
    assert report.difference_minor == 0
    sales = row(
        network,
        """SELECT count(*)::bigint AS sales, sum(total_minor)::bigint AS total, sum(paid_minor)::bigint AS paid,
            sum(discount_minor)::bigint AS discount, sum(points_earned)::bigint AS earned,
            count(*) FILTER (WHERE vip) AS vip, max(receipt) AS receipt
        FROM sales WHERE network_id = $1""",
    )
    assert sales == {
        "sales": whole.sales,
        "total": whole.sales_minor,
        "paid": whole.paid_minor,
        "discount": whole.discount_minor,
        "earned": whole.points_earned,
        "vip": whole.vip_sales,
        "receipt": report.figures.last_receipt - 2,
    }
    back = row(network, "SELECT sum(amount_minor)::bigint AS back FROM refunds WHERE network_id = $1")
    assert back["back"] == whole.back_minor
    used = row(network, "SELECT count(*)::bigint AS uses FROM redemptions WHERE network_id = $1")
    assert used["uses"] == whole.redemptions
    tried = row(network, "SELECT count(*)::bigint AS attempts FROM attempts WHERE network_id = $1")
    assert tried["attempts"] == whole.attempts == sum(report.figures.refused.values())
    shift = row(network, "SELECT * FROM shifts WHERE network_id = $1")
    assert shift["agrees"] is True
    assert shift["expected_minor"] == shift["counted_minor"] == report.expected_minor
    assert network.broken_limits() == []
    kinds = network.central.rows("SELECT kind FROM cases WHERE network_id = $1", network.id)
    assert kinds == []
