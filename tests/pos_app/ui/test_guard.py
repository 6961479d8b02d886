"""The lock and the window's close: neither loses the sale that is being made."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest

from pos_app.ui.flow import Screen
from pos_app.ui.sheets.confirm_sheet import ConfirmSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.protocol.payloads import Sale, SessionClosed
from tests.builders.desk import written
from tests.builders.till_window import BADGE, LUNCH, PIN, scan, settle, wait_for
from tests.pos_app.ui.conftest import Open

OTHER_PIN = "1357"


def locked(window: TillWindow) -> None:
    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the lock")
    settle(window)


def why_closed(window: TillWindow) -> list[str]:
    assert window.flow.running is not None
    counter = window.flow.running.counter
    events = window.flow.running.desk.files.call(lambda: written(counter))
    return [each.why for each in events if isinstance(each, SessionClosed)]


def asked_by_hand(window: TillWindow) -> bool:
    """Close the window as a person does; whether it stays."""
    return not window.guard.may_close(asked_by_person=True)


def test_the_lock_keeps_the_open_sale_for_whoever_signs_in(till: TillWindow) -> None:
    scan(till, LUNCH)
    till.enter_amount("20")
    settle(till)
    till.activateWindow()
    wait_for(till.isActiveWindow)
    QTest.keyClick(till, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    locked(till)
    assert till.sign_in.waiting.sentence.text() == "A sale is open."
    till.flow.sign_in(OTHER_PIN)
    wait_for(lambda: till.screen_now is Screen.TILL)
    assert "Ivan Orlov" in till.bar.cashier.text()
    settle(till)
    till.confirm()
    settle(till)
    assert till.flow.running is not None
    newest = till.flow.running.counter.recent(5)
    (sale,) = [each.payload for each in newest if isinstance(each.payload, Sale)]
    assert (sale.total_minor, sale.discount_minor) == (2000, 200)


def test_nothing_waits_behind_the_lock_of_an_idle_till(till: TillWindow) -> None:
    till.guard.lock()
    locked(till)
    assert till.sign_in.waiting.isHidden()


def test_a_till_that_nobody_touches_locks_itself_and_says_so_in_the_journal(till: TillWindow) -> None:
    till.guard.idle.timer.setInterval(20)
    till.guard.idle.stir()
    locked(till)
    assert why_closed(till) == ["idle"]
    assert not till.guard.idle.timer.isActive()


def test_hands_and_scans_begin_the_wait_anew(till: TillWindow) -> None:
    clock = till.guard.idle.timer
    window = till.windowHandle()
    signs_of_life: tuple[Callable[[], object], ...] = (
        lambda: QTest.mouseMove(window),
        lambda: QTest.mouseClick(window, Qt.MouseButton.LeftButton),
        lambda: QTest.keyClick(window, Qt.Key.Key_Shift),
        lambda: till.take_scan(LUNCH, Source.SERIAL),
    )
    for happen in signs_of_life:
        clock.stop()
        happen()
        assert clock.isActive()
        settle(till)


def test_zero_never_locks(till: TillWindow) -> None:
    till.choices.choose(lock_after_s=0)
    assert not till.guard.idle.timer.isActive()
    till.choices.choose(lock_after_s=60)
    assert till.guard.idle.timer.isActive()


def test_a_sheet_is_left_and_its_codes_are_judged_when_the_till_locks(till: TillWindow) -> None:
    sheet = ConfirmSheet("Sure?", "", "Yes")
    left: list[bool] = []
    sheet.cancelled.connect(lambda: left.append(True))
    till.sheets.open(sheet)
    till.guard.lock("idle")
    locked(till)
    assert (left, till.sheets.up) == ([True], None)
    assert till.sign_in.hasFocus() or not till.isActiveWindow()


def test_cashiers_change_by_badge_in_the_middle_of_a_sale(till: TillWindow) -> None:
    scan(till, LUNCH)
    till.flow.sign_in(OTHER_PIN)
    wait_for(lambda: "Ivan Orlov" in till.bar.cashier.text())
    till.take_scan(BADGE, Source.WEDGE)
    wait_for(lambda: "Marta Klein" in till.bar.cashier.text())
    assert len(till.desk_open.basket.look_ups) == 1
    assert why_closed(till) == ["switched", "switched"]


def test_closing_over_an_open_sale_is_asked_and_staying_keeps_it(till: TillWindow) -> None:
    scan(till, LUNCH)
    assert asked_by_hand(till)
    sheet = till.sheets.up
    assert isinstance(sheet, ConfirmSheet)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert till.sheets.up is None
    assert till.isVisible()
    assert len(till.desk_open.basket.look_ups) == 1


def test_closing_after_the_question_forgets_the_sale_and_closes(till: TillWindow) -> None:
    scan(till, LUNCH)
    assert asked_by_hand(till)
    sheet = till.sheets.up
    assert isinstance(sheet, ConfirmSheet)
    QTest.mouseClick(sheet.yes, Qt.MouseButton.LeftButton)
    assert not till.isVisible()
    assert not till.thread_of_counter.isRunning()


def test_a_sale_that_stands_open_behind_the_lock_is_asked_about_too(till: TillWindow) -> None:
    scan(till, LUNCH)
    till.guard.lock()
    locked(till)
    assert asked_by_hand(till)
    assert till.sheets.up is not None


def test_the_system_ends_the_program_without_a_question(till: TillWindow) -> None:
    scan(till, LUNCH)
    event = QCloseEvent()
    assert not event.spontaneous()
    assert event.type() is QEvent.Type.Close
    till.close()
    assert not till.isVisible()


def test_nothing_is_asked_without_an_open_sale(open_window: Open, home: Path) -> None:
    window = open_window(home)
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL)
    assert window.guard.may_close(asked_by_person=True)
