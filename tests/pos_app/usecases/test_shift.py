"""A shift: what its X and Z reports count, to the cent, whoever did it and whatever came in between."""

from pathlib import Path

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.results import Sold
from pos_app.usecases.source import Source
from sync.protocol.payloads import ShiftClosed, ShiftOpened
from sync.protocol.upload import Ack
from sync.rules.code import Code
from sync.rules.sale import Line
from sync.rules.user_error import UserError
from sync.till.journal.pruning import KEEP_MS
from tests.builders.desk import HandClock, World, a_counter, lend, lend_points, the_till, written
from tests.builders.rules import a_campaign, a_guest, percent

BEN, CLEO, MARIA = "1111", "2222", "3333"


def a_shop(folder: Path, *, clock: HandClock | None = None) -> tuple[Counter, World, Code]:
    world = World()
    world.settings()
    world.guest("CARD", a_guest(points=50))
    world.staff("Ben", pin=BEN)
    world.staff("Cleo", pin=CLEO)
    world.staff("Maria", pin=MARIA, role="shift_manager")
    code = world.code("LUNCH", world.campaign(a_campaign(percent(2000))), max_uses=9)
    counter = a_counter(folder, world, offline=True, clock=clock)
    lend(counter, world, code, 5)
    counter.sign_in(BEN)
    return counter, world, code


def sell(counter: Counter, amount: int, *texts: str, points: int = 0) -> Sold:
    lines = (Line(amount_minor=amount),)
    looks = [counter.look_up(text, Source.CAMERA, lines=lines) for text in texts]
    return counter.sell(lines, looks, points=points)


def refused(work: object, *arguments: object, **named: object) -> str:
    with pytest.raises(UserError) as caught:
        work(*arguments, **named)  # type: ignore[operator]
    return caught.value.reason


def test_a_shift_is_opened_once_and_counts_its_float(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    assert (counter.shift.status().open, counter.shift.status().number) == (False, 1)
    status = counter.shift.open(10_000)
    assert (status.open, status.number, status.float_minor, status.opened_by) == (True, 1, 10_000, "Ben")
    assert refused(counter.shift.open, 5_000) == "shift_open"
    assert [payload for payload in written(counter) if isinstance(payload, ShiftOpened)] == [
        ShiftOpened(number=1, currency="EUR", float_minor=10_000)
    ]


def test_an_x_report_counts_everything_to_the_cent_and_writes_nothing(tmp_path: Path) -> None:
    counter, world, _ = a_shop(tmp_path)
    lend_points(counter, world, a_guest(points=50), 20)
    counter.shift.open(10_000)
    sell(counter, 1_000)
    first = sell(counter, 999, "LUNCH")
    with_points = sell(counter, 1_000, "CARD", points=3)
    counter.look_up("NOBODY KNOWS THIS", Source.TYPED)
    counter.void(first.event, "mistake")
    seq = the_till(counter).journal.status().last_seq
    report = counter.shift.report()
    assert the_till(counter).journal.status().last_seq == seq
    whole = report.figures.whole
    assert (whole.sales, whole.redemptions, whole.voids) == (3, 1, 1)
    assert whole.sales_minor == 2_999
    assert whole.paid_minor == 1_000 + first.paid_minor + with_points.paid_minor
    assert whole.paid_minor == whole.sales_minor - whole.discount_minor
    assert (whole.points_spent, whole.points_paid_minor) == (3, 300)
    assert whole.back_minor == first.paid_minor
    assert report.figures.refused == {"unknown_code": 1}
    assert report.expected_minor == 10_000 + 1_000 + with_points.paid_minor - 300
    assert report.figures.first_receipt == 1
    assert report.figures.last_receipt == 4


def test_a_second_look_counts_only_what_is_new_and_comes_to_the_same_as_a_fresh_one(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    counter.shift.open(0)
    sell(counter, 700)
    assert counter.shift.report().figures.whole.paid_minor == 700
    sell(counter, 50)
    again = counter.shift.report()
    assert again.figures.whole.paid_minor == 750
    assert again.figures == Counter(counter._desk).shift.report().figures


def test_each_person_has_their_own_figures_and_together_they_are_the_whole(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    counter.shift.open(0)
    sell(counter, 700)
    counter.sign_in(CLEO)
    sell(counter, 300)
    sell(counter, 200, "LUNCH")
    figures = counter.shift.report().figures
    by_staff = {each.staff: each.figures for each in figures.by_staff}
    assert (by_staff[1].paid_minor, by_staff[2].sales, by_staff[2].paid_minor) == (700, 2, 460)
    assert sum(each.paid_minor for each in by_staff.values()) == figures.whole.paid_minor


def test_a_z_report_closes_and_the_next_one_begins_behind_it(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    counter.shift.open(10_000)
    sell(counter, 1_250)
    report = counter.shift.close(11_200, note="a coin is missing", second_pin=MARIA)
    assert (report.closing, report.expected_minor, report.difference_minor) == (True, 11_250, -50)
    assert (report.closed_by, report.number) == ("Maria", 1)
    assert not counter.shift.status().open
    sell(counter, 100)
    counter.shift.open(0)
    sell(counter, 200)
    second = counter.shift.close(300, second_pin=MARIA)
    # What was sold before the second shift was opened is in its report: nothing falls between two.
    assert (second.number, second.figures.whole.paid_minor, second.difference_minor) == (2, 300, 0)
    assert [past.number for past in counter.shift.past()] == [2, 1]
    assert counter.shift.past()[1].difference_minor == -50
    closed = [payload for payload in written(counter) if isinstance(payload, ShiftClosed)]
    assert [one.figures.whole.paid_minor for one in closed] == [1_250, 300]


def test_every_event_stands_in_exactly_one_report(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    counter.shift.open(0)
    sell(counter, 100)
    counter.shift.close(0, second_pin=MARIA)
    counter.shift.open(0)
    counter.shift.close(0, second_pin=MARIA)
    closed = [
        (seq, payload.figures.events)
        for seq, payload in enumerate(written(counter), start=1)
        if isinstance(payload, ShiftClosed)
    ]
    (first, counted), (second, later) = closed
    # The event that closes a shift is the first one that the next report counts behind.
    assert (counted, later) == (first - 1, second - first - 1)


def test_a_cashier_closes_only_with_a_managers_pin_and_a_manager_alone(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    assert refused(counter.shift.close, 0, second_pin=MARIA) == "shift_not_open"
    counter.shift.open(0)
    assert refused(counter.shift.close, 0) == "manager_needed"
    assert refused(counter.shift.close, 0, second_pin=CLEO) == "not_a_manager"
    assert refused(counter.shift.close, -1, second_pin=MARIA) == "cash_amount"
    assert counter.shift.status().open
    counter.sign_in(MARIA)
    assert counter.shift.close(0).closed_by == "Maria"


def test_nobody_opens_a_shift_without_signing_in(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    counter.sign_out()
    assert refused(counter.shift.open, 0) == "sign_in_first"
    assert refused(counter.shift.close, 0) == "sign_in_first"


def test_a_shift_survives_a_restart(tmp_path: Path) -> None:
    counter, world, _ = a_shop(tmp_path)
    counter.shift.open(500)
    sell(counter, 700)
    the_till(counter).close()
    again = a_counter(tmp_path, world, offline=True, load=False)
    assert again.shift.status().float_minor == 500
    assert again.shift.report().figures.whole.paid_minor == 700


def test_a_first_report_counts_its_newest_events_without_a_hole(tmp_path: Path) -> None:
    clock = HandClock()
    counter, _, _ = a_shop(tmp_path, clock=clock)
    sell(counter, 1_000)
    assert counter.shift.report().figures.whole.sales == 1
    sell(counter, 2_000)
    journal = the_till(counter).journal
    last = journal.status().last_seq
    journal.acknowledge(Ack(applied=last, want=last + 1, safe=last))
    clock.at_ms += KEEP_MS + 1
    the_till(counter).time.anchor(clock.at_ms, 0)
    sell(counter, 4_000)
    assert journal.prune() == last
    counter.shift.open(0)
    report = counter.shift.report()
    assert report.figures.whole.paid_minor == 4_000
    kept = journal.events_after(-1)
    assert report.figures.events == len(kept)


def test_hours_show_when_sales_were_made(tmp_path: Path) -> None:
    clock = HandClock()
    counter, _, _ = a_shop(tmp_path, clock=clock)
    counter.shift.open(0)
    sell(counter, 100)
    sell(counter, 100)
    clock.at_ms += 2 * 3_600_000
    sell(counter, 300)
    hours = counter.shift.report().by_hour
    assert [(hour.sales, hour.paid_minor) for hour in hours] == [(2, 200), (1, 300)]
    assert hours[1].at_ms - hours[0].at_ms == 2 * 3_600_000


def test_a_void_gives_back_the_money_and_the_points_that_were_paid(tmp_path: Path) -> None:
    counter, world, _ = a_shop(tmp_path)
    lend_points(counter, world, a_guest(points=50), 20)
    counter.shift.open(0)
    sold = sell(counter, 1_000, "CARD", points=3)
    undone = counter.void(sold.event, "mistake")
    assert (undone.points_back, undone.points_back_minor) == (3, 300)
    whole = counter.shift.report().figures.whole
    assert (whole.money_minor, whole.money_back_minor) == (0, sold.paid_minor - 300)


def test_refunds_give_back_money_first_and_points_with_the_rest(tmp_path: Path) -> None:
    counter, world, _ = a_shop(tmp_path)
    lend_points(counter, world, a_guest(points=50), 20)
    counter.shift.open(0)
    sold = sell(counter, 1_000, "CARD", points=3)
    most = sold.paid_minor - 300
    first = counter.refund(sold.event, "returned", amount_minor=most + 100)
    assert (first.points_back, first.points_back_minor) == (1, 100)
    rest = counter.refund(sold.event, "returned", amount_minor=200)
    assert (rest.points_back, rest.points_back_minor) == (2, 200)
    assert counter.shift.report().figures.whole.money_minor == 0


def test_the_list_of_sales_says_what_went_back_of_each(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    voided, partly, whole = sell(counter, 100), sell(counter, 200), sell(counter, 300, "LUNCH")
    counter.void(voided.event, "mistake")
    counter.refund(partly.event, "returned", amount_minor=50)
    sales = counter.shift.sales()
    assert [(sale.receipt, sale.voided, sale.left_minor) for sale in sales] == [
        (whole.receipt, False, 240),
        (partly.receipt, False, 150),
        (voided.receipt, True, 0),
    ]
    assert (sales[0].codes, sales[0].staff, sales[0].settled) == (1, "Ben", False)


def test_the_list_of_attempts_says_why_in_words(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    counter.look_up("NOBODY KNOWS THIS", Source.TYPED)
    (attempt,) = counter.shift.attempts()
    assert (attempt.reason, attempt.source, attempt.staff, attempt.asked) == (
        "unknown_code",
        "TYPED",
        "Ben",
        False,
    )
    assert attempt.sentence.endswith(".")
