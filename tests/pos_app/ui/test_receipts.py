"""Receipts through the real window: printed by a printer of our own, shown, saved, proved, and printed later."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.bootstrap import open_counter
from pos_app.receipts import devices
from pos_app.settings import Settings, load_settings
from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.screens.shift_screen import ShiftScreen
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.sheets.printer_sheet import PrinterSheet
from pos_app.ui.sheets.receipt_sheet import ReceiptSheet
from pos_app.ui.sheets.waiting_sheet import WaitingSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.rules.sale import Line
from tests.builders.patience import LONG_S
from tests.builders.receipt_printer import Sheet, SmallPrinter
from tests.builders.till_window import CARD, LUNCH, a_home, a_world, scan, sell, settle, signed_in, wait_for
from tests.pos_app.ui.conftest import Open
from tests.pos_app.ui.test_accessibility import looked_at

MANAGERS_PIN = "8642"
GONE = "file:/nonexistent/lp0"


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallPrinter]:
    """A printer that is waited for: on a busy machine it would else be taken for one that never answers."""
    monkeypatch.setattr(devices, "ANSWER_S", LONG_S)
    with SmallPrinter() as printer:
        yield printer


@pytest.fixture
def at(opening: Callable[[Callable[..., TillWindow]], Open]) -> Open:
    """A window at which Marta is signed in, with settings of the test's."""
    return opening(signed_in)


def printed(window: TillWindow) -> None:
    settle(window)
    wait_for(lambda: window.receipts.idle, what="an idle printer")
    settle(window)


def newest(printer: SmallPrinter, count: int) -> Sheet:
    wait_for(lambda: len(printer.sheets) >= count, what=f"{count} receipts on paper")
    assert len(printer.sheets) == count
    return printer.sheets[-1]


def sheet_of(window: TillWindow, kind: type) -> Any:
    settle(window)
    assert isinstance(window.sheets.up, kind)
    return window.sheets.up


def sales(window: TillWindow) -> SalesScreen:
    window.places.go(PlaceName.SALES)
    settle(window)
    screen = window.places.place(PlaceName.SALES).screen
    assert isinstance(screen, SalesScreen)
    return screen


def test_each_sale_is_printed_and_its_code_brings_up_what_it_proves(
    at: Open, home: Path, printer: SmallPrinter
) -> None:
    window = at(home, printer=printer.address, print_auto=True, receipt_head="Marktgasse 1")
    sell(window, "40.00", [LUNCH, CARD])
    printed(window)
    paper = newest(printer, 1)
    assert "Marktgasse 1" in paper.text
    assert "COPY" not in paper.text
    assert any(line.startswith("To pay") and line.endswith("30.60 EUR") for line in paper.lines)
    (code,) = paper.codes
    window.take_scan(code, Source.CAMERA)
    settle(window)
    assert window.places.now is not None
    screen = window.places.now.screen
    assert isinstance(screen, SalesScreen)
    assert screen.proof.sentence.text() == "The receipt is genuine."
    assert "Marta Klein · 30.60\u00a0EUR" in screen.proof.advice.text()
    assert screen.title.text() == "Receipt 1"
    altered = code[:-10] + ("A" if code[-10] != "A" else "E") + code[-9:]
    window.take_scan(altered, Source.WEDGE)
    settle(window)
    assert screen.proof.sentence.text() == "The receipt was altered: it proves nothing."
    window.switch_language("ru")
    assert screen.proof.sentence.text().startswith("Чек изменён")


def test_without_paper_the_sale_stands_is_said_and_its_receipt_is_printed_later(
    at: Open, home: Path, printer: SmallPrinter
) -> None:
    window = at(home, printer=printer.address, print_auto=True)
    printer.status[4] = 0x72
    sell(window, "12.50")
    scan(window, LUNCH)
    assert len(window.desk_open.basket.look_ups) == 1
    printed(window)
    assert printer.sheets == []
    assert "out of paper" in window.notice.sentence.text()
    assert "1 receipt is not printed: Ctrl+P prints it." in window.notice.sentence.text()
    printer.status[4] = 0x12
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    asked = sheet_of(window, WaitingSheet)
    looked_at(window)
    asked.print.click()
    printed(window)
    assert "COPY" not in newest(printer, 1).text
    assert window.receipts.trouble == ()
    assert window.notice.isHidden()


def test_a_receipt_that_nobody_needs_is_forgotten(at: Open, home: Path) -> None:
    window = at(home, printer=GONE, print_auto=True)
    sell(window, "12.50")
    printed(window)
    window.receipts.print_waiting()
    QTest.keyClick(sheet_of(window, WaitingSheet), Qt.Key.Key_F4)
    assert window.receipts.trouble == ()
    window.close()
    again = at(home, printer=GONE, print_auto=True)
    printed(again)
    assert again.receipts.trouble == ()


def test_a_sale_that_was_recorded_but_not_printed_is_offered_at_the_next_start(
    at: Open, home: Path, printer: SmallPrinter
) -> None:
    choices: dict[str, Any] = {"printer": printer.address, "print_auto": True}
    first = at(home, **choices)
    sell(first, "10.00")
    printed(first)
    first.close()
    with open_counter(Settings(home=home, offline=True)) as running:
        # Committed, and then the plug was pulled before the printer heard of it.
        running.counter.sell([Line(amount_minor=700)], [])
    second = at(home, **choices)
    printed(second)
    assert second.receipts.trouble == ("1 receipt is not printed: Ctrl+P prints it.",)
    second.receipts.print_waiting()
    sheet_of(second, WaitingSheet).print.click()
    printed(second)
    assert any(line.endswith("7.00 EUR") for line in newest(printer, 2).lines)
    second.close()
    third = at(home, **choices)
    printed(third)
    assert third.receipts.trouble == ()


def test_a_till_that_begins_to_print_does_not_offer_what_was_sold_before(
    at: Open, home: Path, printer: SmallPrinter
) -> None:
    window = at(home)
    sell(window, "10.00")
    window.close()
    again = at(home, printer=printer.address, print_auto=True)
    printed(again)
    assert again.receipts.trouble == ()
    assert printer.sheets == []


def test_a_receipt_is_shown_and_printed_again_as_a_copy(at: Open, home: Path, printer: SmallPrinter) -> None:
    window = at(home, printer=printer.address)
    sell(window, "12.50")
    assert printer.sheets == []
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    sheet = sheet_of(window, ReceiptSheet)
    assert "To pay 12.50 EUR" in " ".join(sheet.paper.text.replace("\u00a0", " ").split())
    looked_at(window)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    printed(window)
    assert "COPY" not in newest(printer, 1).text
    sales(window).list.picked.emit(0)
    settle(window)
    QTest.keyClick(window, Qt.Key.Key_F8)
    sheet = sheet_of(window, ReceiptSheet)
    assert "COPY 2" in sheet.paper.text
    sheet.print.click()
    printed(window)
    assert "COPY 2" in newest(printer, 2).text


def test_without_a_printer_the_receipt_is_saved_as_pdf(at: Open, home: Path) -> None:
    window = at(home)
    sell(window, "12.50")
    window.till.verdict.chosen.emit("receipt")
    sheet = sheet_of(window, ReceiptSheet)
    assert sheet.print is None
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    settle(window)
    (file,) = (home / "reports").glob("Receipt-1-*.pdf")
    assert str(file) in window.notice.advice.text()
    document = pypdfium2.PdfDocument(file)
    try:
        assert "12.50" in document[0].get_textpage().get_text_range()
    finally:
        document.close()


def test_an_undone_sale_prints_its_void(at: Open, home: Path, printer: SmallPrinter) -> None:
    window = at(home, printer=printer.address, print_auto=True)
    sell(window, "12.50")
    printed(window)
    window.till.verdict.chosen.emit("undo")
    window.till.verdict.chosen.emit("undo_yes")
    printed(window)
    void = newest(printer, 2)
    assert "Void 2" in void.text
    assert "Of receipt 1" in void.text


def test_the_shifts_report_comes_out_on_receipt_paper(at: Open, home: Path, printer: SmallPrinter) -> None:
    window = at(home, printer=printer.address, printer_width=58)
    sell(window, "12.50")
    window.places.go(PlaceName.SHIFT)
    settle(window)
    assert isinstance(window.places.place(PlaceName.SHIFT).screen, ShiftScreen)
    QTest.keyClick(window, Qt.Key.Key_F8)
    sheet_of(window, ReceiptSheet).print.click()
    printed(window)
    paper = newest(printer, 1)
    assert "X report 1" in paper.text
    assert max(map(len, paper.lines)) <= 32


def test_a_manager_sets_the_printer_up_tries_it_and_keeps_it(
    at: Open, tmp_path: Path, printer: SmallPrinter
) -> None:
    world = a_world()
    world.staff("Olga Brandt", pin=MANAGERS_PIN, role="shift_manager")
    window = at(a_home(tmp_path / "staffed", world))
    window.places.go(PlaceName.SETTINGS)
    place = window.places.place(PlaceName.SETTINGS)
    button = place.screen.printer  # type: ignore[attr-defined]  # the settings' own screen
    assert not button.isEnabled()
    place.unlock()  # type: ignore[attr-defined]  # the settings' own place
    asked = sheet_of(window, PinSheet)
    for figure in MANAGERS_PIN:
        QTest.keyClick(asked, figure)  # type: ignore[call-overload]  # Qt takes a character, its stubs do not say so
    QTest.keyClick(asked, Qt.Key.Key_Return)
    settle(window)
    button.click()
    sheet = sheet_of(window, PrinterSheet)
    looked_at(window)
    QTest.keyClick(sheet, Qt.Key.Key_F4)
    assert "No receipt printer" in sheet.problem.sentence.text()
    sheet.fields["printer"].setText("lp0")
    sheet.save.click()
    assert "is no way to a printer" in sheet.problem.sentence.text()
    sheet.fields["printer"].setText(printer.address)
    sheet.rows["printer_width"].buttons[0].click()
    sheet.rows["print_auto"].buttons[1].click()
    sheet.test.click()
    printed(window)
    assert "Printer test" in newest(printer, 1).text
    assert sheet.problem.sentence.text() == "The test was sent. Look at the paper."
    printer.status[2] = 0x16
    sheet.test.click()
    printed(window)
    assert sheet.problem.sentence.text() == "The receipt printer's cover is open."
    sheet.save.click()
    settle(window)
    kept = load_settings({"home": tmp_path / "staffed"}, {})
    assert (kept.printer, kept.printer_width, kept.print_auto) == (printer.address, 58, True)
    assert window.sheets.up is None


def test_nothing_that_guests_bought_is_shown_at_a_locked_till(at: Open, home: Path) -> None:
    window = at(home)
    sell(window, "12.50")
    window.guard.lock()
    settle(window)
    window.receipts.print_waiting()
    settle(window)
    assert window.sheets.up is None


def test_a_receipt_that_is_gone_is_said(at: Open, home: Path) -> None:
    window = at(home)
    window.receipts.show(UUID(int=5), 0)
    settle(window)
    wait_for(lambda: "no receipt of that" in window.notice.sentence.text(), what="the sentence")
    assert window.sheets.up is None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_everything_fits_the_smallest_screen_in_both_languages(at: Open, home: Path, language: str) -> None:
    window = at(home, language=language, printer=GONE)
    sell(window, "12.50")
    looked_at(window)
    for show in (
        lambda: window.till.verdict.chosen.emit("receipt"),
        window.printer_setup.ask,
    ):
        show()
        settle(window)
        looked_at(window)
        assert window.sheets.up is not None
        window.sheets.up.cancel()
