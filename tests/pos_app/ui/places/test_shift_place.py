"""The place of the shift, through the real window on real files."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.ui.places.place import PlaceName
from pos_app.ui.places.shift.shift_place import ShiftPlace
from pos_app.ui.screens.shift_screen import Page, ShiftScreen
from pos_app.ui.sheets.cash_sheet import CashSheet
from pos_app.ui.sheets.guest_sheet import GuestSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.sheets.points_sheet import PointsSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.protocol.leases import LimitKind
from tests.builders.desk import World, a_counter, the_till
from tests.builders.till_window import (
    CARD,
    LUNCH,
    USED,
    a_home,
    a_world,
    scan,
    sell,
    settle,
    signed_in,
    wait_for,
)

MARIA = "9999"
Opening = Callable[[Callable[..., TillWindow]], Callable[..., TillWindow]]


def a_world_with_a_manager() -> World:
    world = a_world()
    world.staff("Maria Stein", pin=MARIA, role="shift_manager")
    world.staff("Oleg Petrov", pin="8888", role="shift_manager")
    return world


@pytest.fixture
def window(tmp_path: Path, opening: Opening) -> TillWindow:
    return opening(signed_in)(a_home(tmp_path, a_world_with_a_manager()))


def screen_of(window: TillWindow) -> ShiftScreen:
    screen = window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    return screen


def shown(window: TillWindow) -> dict[str, str]:
    return {line.title: line.value for line in screen_of(window).list.lines}


def go(window: TillWindow) -> ShiftScreen:
    window.places.go(PlaceName.SHIFT)
    settle(window)
    return screen_of(window)


def cash_sheet(window: TillWindow) -> CashSheet:
    sheet = window.sheets.up
    assert isinstance(sheet, CashSheet)
    return sheet


def open_shift(window: TillWindow, amount: str = "100.00") -> None:
    go(window).act.click()
    cash_sheet(window).fields[0].setText(amount)
    cash_sheet(window).go_on.click()
    settle(window)
    assert window.sheets.up is None


def pin_sheet(window: TillWindow) -> PinSheet:
    sheet = window.sheets.up
    assert isinstance(sheet, PinSheet)
    return sheet


def agree(window: TillWindow, pin: str) -> None:
    sheet = pin_sheet(window)
    for figure in pin:
        sheet.pad.add(figure)
    sheet.pad.submit()
    settle(window)


def test_a_shift_is_opened_worked_and_closed_to_the_cent(window: TillWindow) -> None:
    open_shift(window)
    assert "Shift 1 open" in screen_of(window).standing.text()
    window.places.go(PlaceName.SELL)
    sell(window, "12.50")
    sell(window, "40.00", [LUNCH])
    scan(window, USED)
    screen = go(window)
    assert shown(window)["Paid in money"] == "48.50\u00a0EUR"
    assert shown(window)["Should be there"] == "148.50\u00a0EUR"
    assert shown(window)["Number of sales"] == "2"
    screen.act.click()
    sheet = cash_sheet(window)
    sheet.fields[0].setText("140")
    sheet.fields[1].setText("8,50")
    sheet.go_on.click()
    settle(window)
    agree(window, MARIA)
    assert window.sheets.up is None
    assert screen.title.text() == "Z report 1"
    assert screen.told.sentence.text() == "Z report 1: everything is there."
    assert screen.standing.text() == "No shift is open."


def test_a_difference_is_said_and_stands_in_the_list_of_earlier_shifts(window: TillWindow) -> None:
    open_shift(window)
    screen_of(window).act.click()
    cash_sheet(window).fields[0].setText("99.50")
    cash_sheet(window).go_on.click()
    settle(window)
    agree(window, MARIA)
    screen = screen_of(window)
    assert "differs by −0.50" in screen.told.sentence.text()
    screen.pages[Page.EARLIER].click()
    settle(window)
    (line,) = screen.list.lines
    assert "closed" in line.note
    assert "−0.50" in line.note
    screen.list.picked.emit(0)
    assert screen.title.text() == "Z report 1"
    assert shown(window)["Difference"] == "−0.50\u00a0EUR"


def test_a_wrong_pin_leaves_the_shift_open_and_what_was_typed_stays(window: TillWindow) -> None:
    open_shift(window)
    screen_of(window).act.click()
    cash = cash_sheet(window)
    cash.fields[0].setText("100")
    cash.go_on.click()
    settle(window)
    agree(window, "0000")
    pin_sheet(window).cancel()
    assert cash_sheet(window) is cash
    assert cash.fields[0].text() == "100"
    assert window.around.counter.shift.status().open


@pytest.mark.parametrize("typed", ["", "-5", "abc", "1.234"])
def test_an_amount_that_cannot_be_is_said_and_nothing_is_recorded(window: TillWindow, typed: str) -> None:
    go(window).act.click()
    sheet = cash_sheet(window)
    sheet.fields[0].setText(typed)
    sheet.go_on.click()
    settle(window)
    assert window.sheets.up is sheet
    assert sheet.problem.sentence.text()
    assert not window.around.counter.shift.status().open


def test_failed_attempts_are_listed_with_reason_and_saved_as_csv(window: TillWindow, tmp_path: Path) -> None:
    scan(window, USED, "NOBODY-KNOWS-THIS")
    screen = go(window)
    screen.pages[Page.ATTEMPTS].click()
    settle(window)
    assert len(screen.list.lines) == 2
    assert all("Marta Klein" in line.note and "typed" in line.note for line in screen.list.lines)
    screen.csv.click()
    settle(window)
    saved = Path(screen.told.advice.text())
    assert saved.is_relative_to(tmp_path)
    rows = list(csv.reader(io.StringIO(saved.read_text(encoding="utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["unknown_code", "used_up"]


def test_a_report_is_saved_as_csv_and_as_pdf(window: TillWindow) -> None:
    sell(window, "12.50")
    screen = go(window)
    screen.csv.click()
    settle(window)
    assert "12.50" in Path(screen.told.advice.text()).read_text(encoding="utf-8-sig")
    screen.pdf.click()
    settle(window)
    content = Path(screen.told.advice.text()).read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) > 2_000


def test_a_report_that_cannot_be_saved_is_said(window: TillWindow, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way", encoding="utf-8")
    screen = go(window)
    screen.csv.click()
    settle(window)
    assert not screen.told.sentence.text()
    wait_for(lambda: "could not be saved" in window.notice.sentence.text(), what="the refusal")


def test_the_report_follows_what_is_sold_while_it_is_up_and_the_charts_say_the_same(
    window: TillWindow,
) -> None:
    open_shift(window)
    window.places.go(PlaceName.SELL)
    sell(window, "10.00")
    screen = go(window)
    assert [bar.value for bar in screen.hours.bars] == [1000]
    assert [bar.shown for bar in screen.people.bars] == ["10.00"]
    assert screen.hours.accessibleDescription()


def test_every_word_follows_the_language(window: TillWindow) -> None:
    open_shift(window)
    window.switch_language("ru")
    settle(window)
    screen = screen_of(window)
    assert screen.title.text() == "X-отчёт 1"
    assert "Смена 1 открыта" in screen.standing.text()
    assert "Должно быть" in shown(window)


def lend_credit(home: Path, world: World, units: int) -> None:
    counter = a_counter(home, world, load=False, offline=True)
    stored = the_till(counter).journal.store_grants([world.grant(LimitKind.CREDIT, 1, units=units)])
    assert not stored.refused
    the_till(counter).close()


@pytest.fixture
def managers_window(tmp_path: Path, opening: Opening) -> TillWindow:
    """Maria is signed in, at a till that holds an allowance for credits."""
    world = a_world_with_a_manager()
    home = a_home(tmp_path, world)
    lend_credit(home, world, 500)
    opened = opening(signed_in)(home)
    opened.flow.sign_in(MARIA)
    settle(opened)
    return opened


def points_sheet(window: TillWindow) -> PointsSheet:
    sheet = window.sheets.up
    assert isinstance(sheet, PointsSheet)
    return sheet


def enter_points(window: TillWindow, points: str) -> PointsSheet:
    go(window).by_hand.click()
    asked = window.sheets.up
    assert isinstance(asked, GuestSheet)
    window.take_scan(CARD, Source.WEDGE)
    settle(window)
    sheet = points_sheet(window)
    sheet.points.setText(points)
    sheet.choices[0].click()
    sheet.note.setText("soup was cold")
    sheet.go_on.click()
    settle(window)
    return sheet


def test_points_are_typed_by_touch(managers_window: TillWindow) -> None:
    go(managers_window).by_hand.click()
    managers_window.take_scan(CARD, Source.WEDGE)
    settle(managers_window)
    sheet = points_sheet(managers_window)
    for key in ("1", "2", "00", "back"):
        QTest.mouseClick(sheet.keypad.keys[key], Qt.MouseButton.LeftButton)
    assert sheet.points.text() == "120"


def test_points_are_given_by_hand_to_the_guest_whose_card_is_scanned(managers_window: TillWindow) -> None:
    window = managers_window
    enter_points(window, "50")
    assert window.sheets.up is None
    screen = screen_of(window)
    assert screen.told.sentence.text() == "50 points are recorded."
    (line,) = screen.list.lines
    assert line.value == "+50"
    assert "Anna Petrova" in line.title
    assert "soup was cold" in line.note


def test_many_points_need_a_second_person_who_is_not_the_first(managers_window: TillWindow) -> None:
    window = managers_window
    enter_points(window, "200")
    agree(window, MARIA)
    agree(window, "8888")
    assert window.sheets.up is None
    (entry,) = window.around.counter.shift.credits()
    assert (entry.points, entry.approved_by) == (200, "Oleg Petrov")


def test_more_than_the_role_may_is_said_in_the_sheet_and_nothing_is_recorded(
    managers_window: TillWindow,
) -> None:
    window = managers_window
    sheet = enter_points(window, "5000")
    assert window.sheets.up is sheet
    assert "at most 1000 points" in sheet.problem.sentence.text()
    assert window.around.counter.shift.credits() == []


def test_a_guest_is_found_by_name_for_points_and_a_code_is_no_guest(managers_window: TillWindow) -> None:
    window = managers_window
    go(window).by_hand.click()
    sheet = window.sheets.up
    assert isinstance(sheet, GuestSheet)
    window.take_scan(LUNCH, Source.WEDGE)
    settle(window)
    assert sheet.problem.sentence.text()
    sheet.field.setText("petr")
    settle(window)
    assert [line.title for line in sheet.found.lines] == ["Anna Petrova"]
    sheet.picked.emit(0)
    settle(window)
    assert "Anna Petrova" in points_sheet(window).title.text()


def test_the_place_is_the_shifts(window: TillWindow) -> None:
    assert isinstance(window.places.place(PlaceName.SHIFT), ShiftPlace)
    assert not window.rail.buttons[PlaceName.SHIFT].isHidden()
