"""Voids, refunds and points between real tills and the real central, before and after they have spoken."""

from typing import Any
from uuid import UUID

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.results import Sold
from pos_app.usecases.source import Source
from sync.central.schema.words import Role
from sync.rules.sale import Line
from sync.rules.user_error import UserError
from tests.builders.patience import LONG_S
from tests.builders.real_counter import add_guest, add_staff, counter_at, try_again
from tests.builders.real_network import RealNetwork, settled

pytestmark = pytest.mark.timeout(600)

LINES = (Line(amount_minor=3000, item="menu"), Line(amount_minor=1000, item="wine"))


def sell(counter: Counter, *texts: str, points: int = 0) -> Sold:
    looks = [counter.look_up(text, Source.CAMERA, lines=LINES) for text in texts]
    return counter.sell(LINES, looks, points=points)


def row(network: RealNetwork, query: str) -> dict[str, Any]:
    (found,) = network.central.rows(query, network.id)
    return found


def the_guest(network: RealNetwork) -> tuple[int, int, int]:
    found = row(network, "SELECT points, points_owed, purchases FROM guests WHERE network_id = $1")
    return found["points"], found["points_owed"], found["purchases"]


def check_books(network: RealNetwork) -> None:
    """Limits add up, no sale gave back more than it paid, and a balance is the same by every way of counting."""
    assert network.broken_limits() == []
    assert (
        network.central.rows(
            """SELECT s.event FROM sales s JOIN refunds r ON r.network_id = s.network_id AND r.original = s.event
            WHERE s.network_id = $1 GROUP BY s.event, s.paid_minor HAVING sum(r.amount_minor) > s.paid_minor""",
            network.id,
        )
        == []
    )
    assert (
        network.central.rows(
            """SELECT g.id FROM guests g JOIN limits m ON m.network_id = g.network_id AND m.kind = 'points'
                AND m.subject = g.id
            WHERE g.network_id = $1 AND (g.points <> GREATEST(m.total - m.spent, 0) OR g.points <> (
                SELECT COALESCE(sum("left"), 0) FROM points_lots l
                WHERE l.network_id = g.network_id AND l.guest_id = g.id))""",
            network.id,
        )
        == []
    )


def test_a_sale_with_a_code_and_points_is_as_if_it_had_not_been(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,LUNCH,Lunch,100,,Lunches,leased")
    card = add_guest(network, "Ada", points=50).card
    till = network.till("Bar")
    counter = counter_at(till)
    sold = sell(counter, "LUNCH", card, points=10)
    settled(till)
    assert network.status("LUNCH")["uses"] == 1
    assert the_guest(network) == (40, 0, 1)
    counter.void(sold.event, "mistake")
    settled(till)
    assert network.status("LUNCH")["uses"] == 0
    assert the_guest(network) == (50, 0, 0)
    with pytest.raises(UserError, match="voided already"):
        counter.void(sold.event, "mistake")
    assert till.files.call(till.till.journal.verify).ok
    again = sell(counter, "LUNCH", card, points=30)
    counter.undo_last()
    assert again.points_spent == 30
    settled(till)
    assert (network.status("LUNCH")["uses"], network.status("LUNCH")["exposure"]) == (0, 0)
    assert the_guest(network) == (50, 0, 0)
    check_books(network)


def test_two_tills_that_refund_one_sale_apart_from_each_other_give_it_back_once(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,LUNCH,Lunch,100,,Lunches,leased")
    add_staff(network, "Ben", "1111", Role.CASHIER)
    add_staff(network, "Cleo", "2222", Role.SHIFT_MANAGER)
    one, two = network.till("Bar"), network.till("Door")
    first, second = counter_at(one, offline=True), counter_at(two)
    second.sign_in("1111")
    # The bar's line is down: what it sells reaches the office last.
    assert one.threads.stop(LONG_S)
    sold = sell(first, "LUNCH")
    first.refund(sold.event, "returned", amount_minor=sold.paid_minor - 1000)
    with pytest.raises(UserError) as refused:
        second.refund(sold.event, "returned", amount_minor=1500)
    assert refused.value.reason == "not_this_tills"
    second.refund(sold.event, "returned", amount_minor=1500, second_pin="2222")
    second.refund(sold.event, "returned", amount_minor=600, second_pin="2222")
    settled(two)
    waiting = network.central.rows(
        "SELECT waits_for FROM events WHERE network_id = $1 AND kind = 'refund'", network.id
    )
    assert [each["waits_for"] for each in waiting] == ["reference"] * 2
    again = network.work(network.stop(one))
    settled(again)
    assert try_again(network).applied == 1
    refunds = row(
        network, "SELECT sum(amount_minor) AS back, count(*) AS many FROM refunds WHERE network_id = $1"
    )
    assert (refunds["back"], refunds["many"]) == (sold.paid_minor - 1000 + 600, 2)
    cases = network.central.rows(
        "SELECT kind FROM cases WHERE network_id = $1 AND closed_at IS NULL", network.id
    )
    assert "refund_exceeds" in [case["kind"] for case in cases]
    check_books(network)


def test_a_void_at_another_till_gives_the_unit_to_the_pool_when_the_lease_comes_back(
    network: RealNetwork,
) -> None:
    network.import_codes("VOUCHER,ONCE,Once,1,,Online,online_only")
    add_staff(network, "Ben", "1111", Role.CASHIER)
    add_staff(network, "Cleo", "2222", Role.SHIFT_MANAGER)
    one, two = network.till("Bar"), network.till("Door")
    sold = sell(counter_at(one), "ONCE")
    settled(one)
    second = counter_at(two)
    second.sign_in("1111")
    second.void(sold.event, "mistake", second_pin="2222")
    settled(two)
    assert network.status("ONCE")["uses"] == 0
    one.files.call(lambda: [one.till.journal.close_lease(lease, "spent") for lease in _open(one)])
    one.threads.nudge()
    settled(one)
    limit = row(network, "SELECT pool, spent, exposure FROM limits WHERE network_id = $1 AND kind = 'uses'")
    assert (limit["pool"], limit["spent"], limit["exposure"]) == (1, 0, 0)
    check_books(network)
    assert sell(second, "ONCE").redemptions
    settled(two)
    check_books(network)


def _open(till: Any) -> list[Any]:
    connection = till.till.journal._connection
    rows = connection.execute("SELECT lease FROM leases WHERE state = 'open'").fetchall()
    return [UUID(bytes=lease) for (lease,) in rows]


def test_points_given_by_hand_reach_the_guest_once_and_can_then_be_spent(network: RealNetwork) -> None:
    card = add_guest(network, "Ada")
    add_staff(network, "Cleo", "2222", Role.SHIFT_MANAGER)
    till = network.till("Bar")
    counter = counter_at(till)
    counter.sign_in("2222")
    counter.credit_points(card.guest_id, 30, "apology", "cold soup")
    settled(till)
    assert the_guest(network) == (30, 0, 0)
    counter.credit_points(card.guest_id, -10, "correction", "typed twice")
    settled(till)
    assert the_guest(network) == (20, 0, 0)
    assert [each.payload.points for each in counter.recent_credits(5)] == [-10, 30]  # type: ignore[union-attr]  # all are
    history = network.central.rows(
        "SELECT kind, note FROM points_transactions WHERE network_id = $1 ORDER BY booked_at", network.id
    )
    assert [(each["kind"], each["note"]) for each in history] == [
        ("adjust", "apology: cold soup"),
        ("adjust", "correction: typed twice"),
    ]
    check_books(network)


def test_another_tills_sale_is_found_by_its_receipt_and_given_back_by_what_the_office_knows(
    network: RealNetwork,
) -> None:
    card = add_guest(network, "Ada", points=50).card
    add_staff(network, "Ben", "1111", Role.CASHIER)
    add_staff(network, "Cleo", "2222", Role.SHIFT_MANAGER)
    one, two = network.till("Bar"), network.till("Door")
    first, second = counter_at(one), counter_at(two)
    sold = sell(first, card, points=10)
    first.refund(sold.event, "returned", lines={0: 500})
    settled(one)
    second.sign_in("1111")
    (by_event,) = second.find_sale(f"receipt {sold.event}")
    (by_number,) = second.find_sale(f"No. {sold.receipt}")
    assert by_event == by_number
    assert (by_event.event, by_event.own, by_event.till_name) == (sold.event, False, "Bar")
    assert by_event.sale is not None
    assert (by_event.sale.receipt, by_event.sale.points_spent) == (sold.receipt, 10)
    assert by_event.left_minor == sold.paid_minor - 500
    assert not by_event.untouched
    with pytest.raises(UserError) as refused:
        second.refund(
            sold.event, "returned", amount_minor=by_event.left_minor + 1, second_pin="2222", seen=by_event
        )
    assert refused.value.reason == "refund_exceeds"
    with pytest.raises(UserError) as refused:
        second.void(sold.event, "mistake", second_pin="2222", seen=by_event)
    assert refused.value.reason == "partly_refunded"
    undone = second.refund(
        sold.event, "returned", amount_minor=by_event.left_minor, second_pin="2222", seen=by_event
    )
    assert undone.points_back == 10
    settled(two)
    check_books(network)
    (after,) = second.find_sale(str(sold.event))
    assert (after.left_minor, after.done) == (0, True)
    # The number on the refund's own receipt leads to the sale as well.
    (again,) = second.find_sale(str(undone.event))
    assert again.event == sold.event
    with pytest.raises(UserError) as refused:
        second.void(sold.event, "mistake", second_pin="2222", seen=after)
    assert refused.value.reason == "already_undone"
    with pytest.raises(UserError, match="Neither this till nor the office"):
        second.find_sale("987654")


def test_a_restaurants_receipts_are_not_found_by_number_in_another_one(network: RealNetwork) -> None:
    one = network.till("Bar")
    elsewhere = network.till("Far", network.add_restaurant("Far away"))
    sold = sell(counter_at(one))
    settled(one)
    stranger = counter_at(elsewhere)
    with pytest.raises(UserError, match="Neither this till nor the office"):
        stranger.find_sale(str(sold.receipt))
    (found,) = stranger.find_sale(str(sold.event))
    assert found.till_name == "Bar"
