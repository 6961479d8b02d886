"""Clock, disk, shift and leases: said where they matter, in an order of weight, and not said while all is well."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from pos_app.ui.flow import Screen
from pos_app.ui.places.place import PlaceName
from pos_app.ui.till_window import TillWindow
from pos_app.ui.words.standing import Standing, notice_text
from pos_app.usecases.condition import Condition, condition
from sync.protocol.payloads import Sale
from sync.till.journal.ballast import MIN_FREE_BYTES
from tests.builders.desk import HandClock, World, a_counter
from tests.builders.till_window import LUNCH, VOUCHER, scan, sell, settle, wait_for

AWAY, REACHED = Standing(), Standing(online=True)


@pytest.mark.parametrize(
    ("standing", "found", "tone", "words"),
    [
        (AWAY, Condition(), "ask", ""),
        (REACHED, Condition(low_limits=3), "ask", ""),
        (AWAY, Condition(low_limits=3), "quiet", "run low"),
        (AWAY, Condition(low_limits=3, clock_in_doubt=True), "ask", "clock is in doubt"),
        (Standing(update_needed=True), Condition(clock_in_doubt=True), "ask", "must be updated"),
        (Standing(update_needed=True), Condition(disk_low=True), "refuse", "disk is almost full"),
        (Standing(revoked=True), Condition(disk_low=True), "refuse", "revoked"),
        (REACHED, Condition(shift_open=False), "ask", ""),
    ],
)
def test_the_weightiest_is_said(standing: Standing, found: Condition, tone: str, words: str) -> None:
    said = notice_text(standing, (), found)
    assert said[0] == tone
    assert words in said[1]
    assert bool(said[1]) == bool(words)


def test_a_trusted_clock_and_a_roomy_disk_are_no_matter(tmp_path: Path) -> None:
    found = condition(a_counter(tmp_path, World(), offline=True)._desk)
    assert (found.disk_low, found.low_limits, found.shift_open) == (False, 0, False)


def test_a_clock_behind_what_the_office_said_is_in_doubt(tmp_path: Path) -> None:
    clock = HandClock()
    counter = a_counter(tmp_path, World(), offline=True, clock=clock)
    desk = counter._desk
    desk.till.time.anchor(clock.wall_ms(), 0)
    assert not condition(desk).clock_in_doubt
    desk.till.close()
    clock.at_ms -= 10 * 24 * 3_600_000
    clock.boot = "boot-2"
    assert condition(a_counter(tmp_path, World(), load=False, offline=True, clock=clock)._desk).clock_in_doubt


def test_a_full_disk_is_said_above_the_sale(till: TillWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=MIN_FREE_BYTES - 1))
    till.conditions.ask()
    wait_for(till.notice.isVisible, what="the notice")
    assert "disk is almost full" in till.notice.sentence.text()
    till.switch_language("ru")
    assert "почти полон" in till.notice.sentence.text()


def test_a_sale_for_which_the_disk_has_no_room_stays_on_the_bill_and_is_sold_once_there_is(
    till: TillWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(till, LUNCH)
    till.enter_amount("20")
    settle(till)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=MIN_FREE_BYTES - 1))
        till.confirm()
        settle(till)
        said = till.till.verdict.text
        assert said is not None
        assert (said.banner.tone, said.banner.headline) == ("refuse", "Disk is full")
        assert "Free some space" in said.advice
        assert till.around.counter.latest_sales(1) == []
        basket = till.desk_open.basket
        assert (basket.amount_minor, len(basket.look_ups)) == (2_000, 1)
        assert till.screen_now is Screen.TILL
    till.confirm()
    settle(till)
    (sold,) = till.around.counter.latest_sales(9)
    assert isinstance(sold.payload, Sale)
    assert (sold.payload.paid_minor, len(sold.payload.redemptions)) == (1_800, 1)


def test_leases_that_run_low_offline_are_told_before_the_code_is_refused(till: TillWindow) -> None:
    settle(till)
    assert not till.notice.isVisible()
    sell(till, "20", [VOUCHER])
    sell(till, "20", [VOUCHER])
    till.conditions.ask()
    wait_for(till.notice.isVisible, what="the notice")
    assert "1 limit that is in use runs low here" in till.notice.sentence.text()
    assert "refused once nothing is left" in till.notice.advice.text()
    scan(till, VOUCHER)
    assert till.till.verdict.banner.text.tone == "refuse"
    assert till.desk_open.basket.look_ups == []
    # What needs no lease is sold as ever.
    sell(till, "20", [LUNCH])
    assert len(till.around.counter.latest_sales(9)) == 3


def test_a_shift_that_is_not_open_is_marked_on_the_rail_alone(till: TillWindow) -> None:
    settle(till)
    button = till.rail.buttons[PlaceName.SHIFT]
    assert button.accessibleName() == "Shift. No shift is open."
    assert not till.notice.isVisible()
    assert till.flow.running is not None
    till.flow.running.counter.shift.open(10_000)
    till.news.recorded.emit()
    wait_for(lambda: button.accessibleName() == "Shift", what="the mark's end")


def test_what_works_no_more_is_said_until_it_works_again(till: TillWindow) -> None:
    settle(till)
    till.news.trouble.emit("printer", "The printer has no paper.", "Put a roll in; the sale stands.")
    assert till.notice.sentence.text() == "The printer has no paper."
    till.conditions.changed.emit(Condition(disk_low=True))
    assert "disk is almost full" in till.notice.sentence.text()
    till.conditions.changed.emit(Condition())
    assert till.notice.advice.text() == "Put a roll in; the sale stands."
    till.news.trouble.emit("printer", "", "")
    assert not till.notice.isVisible()
