"""The place of sales, through the real window on real files."""

import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest

from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.sheets.confirm_sheet import ConfirmSheet
from pos_app.ui.sheets.reason_sheet import ReasonSheet
from pos_app.ui.sheets.refund_sheet import RefundSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.protocol.payloads import Refund, Void
from tests.builders.till_window import LUNCH, VOUCHER, sell, settle, wait_for


def go(window: TillWindow) -> SalesScreen:
    window.places.go(PlaceName.SALES)
    settle(window)
    screen = window.places.place(PlaceName.SALES).screen
    assert isinstance(screen, SalesScreen)
    return screen


def pick(window: TillWindow, number: int) -> SalesScreen:
    screen = go(window)
    screen.list.picked.emit(number)
    settle(window)
    return screen


def answer_why(window: TillWindow, note: str = "") -> None:
    sheet = window.sheets.up
    assert isinstance(sheet, ReasonSheet)
    sheet.choices[1].click()
    sheet.note.setText(note)
    sheet.go_on.click()
    settle(window)


def recorded(window: TillWindow, kind: type) -> list[object]:
    assert window.flow.running is not None
    desk = window.flow.running.desk
    events = desk.files.call(lambda: desk.till.journal.events_after(-1))
    return [each.payload for each in events if isinstance(each.payload, kind)]


def test_an_amount_is_given_back_by_touch_alone(till: TillWindow) -> None:
    sell(till, "40.00")
    screen = pick(till, 0)
    screen.refund.click()
    sheet = till.sheets.up
    assert isinstance(sheet, RefundSheet)
    sheet.lines.selectAll()
    assert sheet.amount.text() == "40.00"
    for key in ("7", ".", "5", "9", "back"):
        QTest.mouseClick(sheet.keypad.keys[key], Qt.MouseButton.LeftButton)
    assert sheet.amount.text() == "7.5"
    QTest.mouseClick(sheet.go_on, Qt.MouseButton.LeftButton)
    answer_why(till)
    (refund,) = recorded(till, Refund)
    assert isinstance(refund, Refund)
    assert refund.amount_minor == 750


def test_sales_are_listed_and_one_is_shown_line_by_line(till: TillWindow) -> None:
    sell(till, "12.50")
    sell(till, "40.00", [LUNCH])
    screen = go(till)
    assert [(line.title, line.value) for line in screen.list.lines] == [
        ("Receipt 2", "36.00\u00a0EUR"),
        ("Receipt 1", "12.50\u00a0EUR"),
    ]
    assert "codes: 1" in screen.list.lines[0].note
    pick(till, 0)
    assert screen.title.text() == "Receipt 2"
    facts = {line.title: line.value for line in screen.facts.lines}
    assert (facts["Before discounts"], facts["Paid"]) == ("40.00\u00a0EUR", "36.00\u00a0EUR")
    assert screen.void.isEnabled()
    assert screen.refund.isEnabled()


def test_a_sale_is_voided_with_a_reason_and_its_voucher_can_be_used_again(till: TillWindow) -> None:
    sell(till, "20.00", [VOUCHER])
    screen = pick(till, 0)
    screen.void.click()
    answer_why(till, "wrong table")
    (void,) = recorded(till, Void)
    assert isinstance(void, Void)
    assert (void.reason, void.note, void.amount_minor) == ("returned", "wrong table", 1500)
    assert screen.told.advice.text() == "Hand back 15.00\u00a0EUR."
    assert screen.state.sentence.text() == "Everything has gone back."
    assert not screen.void.isEnabled()
    assert not screen.refund.isEnabled()
    assert "voided" in screen.list.lines[0].note
    till.places.go(PlaceName.SELL)
    sell(till, "20.00", [VOUCHER])
    assert len(go(till).list.lines) == 2


def test_an_amount_goes_back_and_then_only_the_rest_can(till: TillWindow) -> None:
    sell(till, "20.00")
    screen = pick(till, 0)
    screen.refund.click()
    sheet = till.sheets.up
    assert isinstance(sheet, RefundSheet)
    sheet.amount.setText("5,50")
    sheet.go_on.click()
    answer_why(till)
    (refund,) = recorded(till, Refund)
    assert isinstance(refund, Refund)
    assert refund.amount_minor == 550
    assert screen.state.sentence.text() == "A part has gone back already."
    assert not screen.void.isEnabled()
    screen.refund.click()
    again = till.sheets.up
    assert isinstance(again, RefundSheet)
    again.all.click()
    assert again.amount.text() == "14.50"
    again.go_on.click()
    answer_why(till)
    assert screen.state.sentence.text() == "Everything has gone back."


def test_marked_lines_go_back_as_a_whole(till: TillWindow) -> None:
    sell(till, "20.00")
    pick(till, 0).refund.click()
    sheet = till.sheets.up
    assert isinstance(sheet, RefundSheet)
    sheet.lines.select(0)
    assert sheet.amount.text() == "20.00"
    sheet.go_on.click()
    answer_why(till)
    (refund,) = recorded(till, Refund)
    assert isinstance(refund, Refund)
    assert [(line.line, line.amount_minor) for line in refund.lines] == [(0, 2000)]


@pytest.mark.parametrize("typed", ["-1", "0,001", "x", "1.234"])
def test_an_amount_that_cannot_be_is_said_in_the_sheet(till: TillWindow, typed: str) -> None:
    sell(till, "20.00")
    pick(till, 0).refund.click()
    sheet = till.sheets.up
    assert isinstance(sheet, RefundSheet)
    sheet.amount.setText(typed)
    sheet.go_on.click()
    assert till.sheets.up is sheet
    assert sheet.problem.sentence.text()


def test_more_than_was_paid_is_refused_with_what_is_left(till: TillWindow) -> None:
    sell(till, "20.00")
    pick(till, 0).refund.click()
    sheet = till.sheets.up
    assert isinstance(sheet, RefundSheet)
    sheet.amount.setText("20.01")
    sheet.go_on.click()
    answer_why(till)
    assert recorded(till, Refund) == []
    wait_for(lambda: "20.00" in till.notice.sentence.text(), what="the refusal")


def test_a_receipts_number_finds_its_sale_and_nonsense_says_so(till: TillWindow) -> None:
    sell(till, "12.50")
    sell(till, "7.00")
    screen = go(till)
    screen.field.setText("1")
    screen.search.click()
    settle(till)
    assert screen.title.text() == "Receipt 1"
    screen.field.setText("no receipt at all")
    screen.search.click()
    settle(till)
    wait_for(lambda: "names no sale" in till.notice.sentence.text(), what="the refusal")


def test_a_code_that_is_scanned_here_goes_into_the_sale(till: TillWindow) -> None:
    go(till)
    till.take_scan(LUNCH, Source.WEDGE)
    settle(till)
    assert till.places.now is till.places.place(PlaceName.SELL)
    assert len(till.till.basket.applied.rows) == 1


def test_the_last_sale_is_undone_only_after_a_yes(till: TillWindow) -> None:
    sell(till, "12.50")
    screen = go(till)
    screen.undo.click()
    sheet = till.sheets.up
    assert isinstance(sheet, ConfirmSheet)
    sheet.cancel()
    assert recorded(till, Void) == []
    screen.undo.click()
    again = till.sheets.up
    assert isinstance(again, ConfirmSheet)
    again.yes.click()
    settle(till)
    assert len(recorded(till, Void)) == 1
    assert "voided" in screen.list.lines[0].note


def test_the_list_is_saved_as_csv(till: TillWindow, tmp_path: Path) -> None:
    sell(till, "12.50")
    screen = go(till)
    screen.csv.click()
    settle(till)
    saved = Path(screen.told.advice.text())
    assert saved.is_relative_to(tmp_path)
    rows = list(csv.reader(io.StringIO(saved.read_text(encoding="utf-8-sig"))))
    assert rows[1][4:7] == ["12.50", "0.00", "12.50"]


def test_a_long_list_is_one_widget_however_many_lines_it_has(till: TillWindow) -> None:
    sell(till, "12.50")
    screen = go(till)
    before = len(screen.findChildren(QObject))
    screen.show_sales([*screen.list.lines] * 500)
    assert len(screen.list.lines) == 500
    assert len(screen.findChildren(QObject)) == before
