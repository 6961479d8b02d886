"""The line above every screen: what just happened first, what stands behind it, and what can be done about it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.ui.sheets.waiting_sheet import WaitingSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.condition import Condition
from sync.rules.user_error import UserError
from sync.till.agent.board import SyncState
from tests.builders.till_window import sell, settle, signed_in, wait_for
from tests.pos_app.ui.conftest import Open

Opening = Callable[[Callable[..., TillWindow]], Open]
BUSY = UserError("till_busy", "The till is busy and did nothing.", "Try again in a moment.")
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_what_just_happened_stays_until_it_is_put_away_whatever_else_is_news(till: TillWindow) -> None:
    settle(till)
    till.around.fail(BUSY)
    till.agent.changed.emit(SyncState(online=True, unsettled=7))
    till.conditions.changed.emit(Condition(shift_open=False))
    assert till.notice.sentence.text() == BUSY.sentence
    QTest.mouseClick(till.notice.close_button, Qt.MouseButton.LeftButton)
    assert not till.notice.isVisible()


def test_what_stands_is_said_again_when_what_just_happened_is_put_away_by_its_key(till: TillWindow) -> None:
    till.agent.changed.emit(SyncState(online=True, revoked=True))
    till.around.fail(BUSY)
    assert till.notice.sentence.text() == BUSY.sentence
    till.activateWindow()
    QTest.keyClick(till, Qt.Key.Key_D, CONTROL)
    assert till.notice.sentence.text() == "The office has revoked this till."
    assert not till.notice.close_button.isVisible()


def test_it_is_said_in_the_language_that_is_switched_to(till: TillWindow) -> None:
    till.around.fail(BUSY)
    till.switch_language("ru")
    assert till.notice.sentence.text() == "Касса занята и ничего не сделала."
    assert till.notice.close_button.accessibleName() == "Убрать это сообщение"


def test_a_receipt_that_was_not_printed_is_offered_to_a_finger_and_to_nobody_behind_the_lock(
    opening: Opening, home: Path
) -> None:
    window = opening(signed_in)(home, printer="file:/dev/full", print_auto=True)
    sell(window, "8.20")
    wait_for(lambda: window.receipts.idle and window.receipts.may_print, what="the printer's refusal")
    assert "out of paper" in window.notice.sentence.text()
    QTest.mouseClick(window.notice.print_button, Qt.MouseButton.LeftButton)
    sheet = window.sheets.up
    assert isinstance(sheet, WaitingSheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    window.guard.lock()
    wait_for(lambda: not window.rail.isVisible(), what="the lock")
    settle(window)
    assert "out of paper" in window.notice.sentence.text()
    assert not window.notice.print_button.isVisible()
