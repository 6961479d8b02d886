"""What hands, scanners and clipboards do wrong at the window, by the keys that the system brings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_app.scanner.wedge import MAX_SCAN_CHARS
from pos_app.ui.sheets.reason_sheet import ReasonSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.results import LookUp
from pos_app.usecases.source import Source
from sync.protocol.payloads import Sale
from tests.builders.fingers import PERSON_MS, SCANNER_MS, Fingers
from tests.builders.till_window import LUNCH, VOUCHER, settle, wait_for


def judged(window: TillWindow) -> list[LookUp]:
    seen: list[LookUp] = []
    window.verdict_shown.connect(seen.append)
    return seen


def sales(window: TillWindow) -> list[Sale]:
    assert window.flow.running is not None
    latest = window.flow.running.counter.latest_sales(10)
    return [each.payload for each in latest if isinstance(each.payload, Sale)]


def test_a_scan_in_the_middle_of_typing_takes_no_figure_and_loses_none(till: TillWindow) -> None:
    seen = judged(till)
    till.activateWindow()
    till.till.basket.amount.setFocus()
    fingers = Fingers(till)
    fingers.send("48", gap_ms=PERSON_MS)
    wait_for(lambda: till.till.basket.amount.text() == "48", what="the first figures")
    fingers.send(LUNCH, gap_ms=SCANNER_MS, enter=True)
    till.till.basket.amount.setFocus()
    fingers.send(".60", gap_ms=PERSON_MS)
    wait_for(lambda: till.till.basket.amount.text() == "48.60", what="the other figures")
    settle(till)
    assert [look.accepted for look in seen] == [True]
    assert till.desk_open.basket.amount_minor == 4860
    assert sales(till) == []


def test_two_scanners_pulled_one_behind_the_other_are_two_codes(till: TillWindow) -> None:
    seen = judged(till)
    fingers = Fingers(till)
    fingers.send(LUNCH, gap_ms=SCANNER_MS, enter=True)
    fingers.send(VOUCHER, gap_ms=SCANNER_MS, enter=True)
    wait_for(lambda: len(seen) == 2, what="both verdicts")
    settle(till)
    assert [look.accepted for look in seen] == [True, True]
    assert len(till.desk_open.basket.look_ups) == 2


@pytest.mark.parametrize("again", [VOUCHER, VOUCHER.lower().replace("-", " ")])
def test_one_code_scanned_twice_before_it_is_judged_is_one_code_and_gives_what_it_gives(
    till: TillWindow, again: str
) -> None:
    till.take_scan(VOUCHER, Source.CAMERA)
    till.take_scan(again, Source.WEDGE)
    settle(till)
    assert len(till.desk_open.basket.look_ups) == 1
    assert till.till.verdict.banner.text.headline == "Already on the bill"
    till.enter_amount("20")
    settle(till)
    till.confirm()
    settle(till)
    (sale,) = sales(till)
    assert (sale.discount_minor, sale.paid_minor, len(sale.redemptions)) == (500, 1500, 1)


def test_a_scan_while_a_sheet_asks_answers_nothing_and_is_judged_afterwards(till: TillWindow) -> None:
    seen = judged(till)
    sheet = ReasonSheet("Why?", "", [("one", "One"), ("two", "Two")])
    chosen: list[str] = []
    sheet.chosen.connect(lambda reason, _note: chosen.append(reason))
    till.sheets.open(sheet)
    fingers = Fingers(till)
    # Its figures are keys of the sheet, and its Enter is the sheet's main answer.
    fingers.send("GIFT-5-EURO", gap_ms=SCANNER_MS, enter=True)
    settle(till)
    assert (sheet.reason, chosen, seen) == ("", [], [])
    assert till.sheets.up is sheet
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    wait_for(lambda: len(seen) == 1, what="the code that had waited")
    assert seen[0].accepted


@pytest.mark.parametrize("length", [MAX_SCAN_CHARS, MAX_SCAN_CHARS + 1])
def test_a_scanner_that_sends_thousands_of_signs_is_answered_or_dropped_and_the_next_scan_works(
    till: TillWindow, length: int
) -> None:
    seen = judged(till)
    fingers = Fingers(till)
    fingers.send("X" * length, gap_ms=SCANNER_MS, enter=True)
    settle(till)
    assert [look.accepted for look in seen] == [False] * (length == MAX_SCAN_CHARS)
    fingers.send(LUNCH, gap_ms=PERSON_MS / 30, enter=True)
    wait_for(lambda: bool(seen) and seen[-1].accepted, what="the verdict on the next code")
    assert till.till.basket.amount.text() == ""


@pytest.mark.parametrize(
    ("pasted", "minor"),
    [
        ("1\u202f234,50\u00a0€", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1'234.50", 123450),
        ("  12.50\n", 1250),
        ("\t7", 700),
        ("0", 0),
        ("−5,00", 0),
        ("1e9", 0),
        ("1,234", 0),
        ("9" * 400, 0),
        ("12.50; DROP TABLE", 0),
    ],
)
def test_a_pasted_amount_of_any_country_is_understood_or_makes_no_sale(
    till: TillWindow, pasted: str, minor: int
) -> None:
    QApplication.clipboard().setText(pasted)
    field = till.till.basket.amount
    field.setFocus()
    field.paste()
    settle(till)
    assert till.till.basket.confirm_button.isEnabled() is (minor > 0)
    till.confirm()
    settle(till)
    assert [sale.total_minor for sale in sales(till)] == ([minor] if minor else [])
