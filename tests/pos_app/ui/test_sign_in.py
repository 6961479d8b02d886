"""Who stands at the till: by finger, by keyboard, by badge; and who does not get in."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.scanner.read import Read
from pos_app.ui.flow import Screen
from tests.builders.till_window import BADGE, LUNCH, PIN, settle, wait_for
from tests.pos_app.ui.conftest import Open

CORNERS = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


def held_up(text: str) -> Read:
    return Read(text, text.encode(), CORNERS)


def test_a_pin_by_finger_opens_the_till(open_window: Open, home: Path) -> None:
    window = open_window(home)
    for figure in PIN:
        QTest.mouseClick(window.sign_in.keypad.keys[figure], Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.sign_in.enter, Qt.MouseButton.LeftButton)
    wait_for(lambda: window.screen_now is Screen.TILL)
    assert "Marta Klein" in window.bar.cashier.text()


def test_a_pin_by_keyboard_opens_the_till(open_window: Open, home: Path) -> None:
    window = open_window(home)
    QTest.keyClicks(window.sign_in, f"9{PIN}")
    for _ in PIN:
        QTest.keyClick(window.sign_in, Qt.Key.Key_Backspace)
    QTest.keyClick(window.sign_in, Qt.Key.Key_Delete)
    QTest.keyClicks(window.sign_in, PIN)
    QTest.keyClick(window.sign_in, Qt.Key.Key_Return)
    wait_for(lambda: window.screen_now is Screen.TILL)


def test_a_wrong_pin_is_said_and_may_be_tried_again(open_window: Open, home: Path) -> None:
    window = open_window(home)
    window.flow.sign_in("0000")
    settle(window)
    assert window.screen_now is Screen.SIGN_IN
    assert window.sign_in.problem.sentence.text() == "This PIN is nobody's."
    assert "4 tries" in window.sign_in.problem.advice.text()
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL)


def test_guessing_locks_the_till_for_the_right_pin_too(open_window: Open, home: Path) -> None:
    window = open_window(home)
    for _ in range(5):
        window.flow.sign_in("0000")
        settle(window)
    window.flow.sign_in(PIN)
    settle(window)
    assert window.screen_now is Screen.SIGN_IN
    assert "too many" in window.sign_in.problem.sentence.text()
    assert "Wait" in window.sign_in.problem.advice.text()


def test_a_badge_in_front_of_the_camera_signs_in(open_window: Open, home: Path) -> None:
    window = open_window(home)
    window.cameras.read.emit(held_up(BADGE))
    wait_for(lambda: window.screen_now is Screen.TILL)
    assert "Marta Klein" in window.bar.cashier.text()


def test_guests_codes_in_front_of_the_camera_cost_no_try(open_window: Open, home: Path) -> None:
    window = open_window(home)
    for _ in range(8):
        window.cameras.read.emit(held_up(LUNCH))
        settle(window)
    assert window.sign_in.problem.sentence.text() == "This is not a badge."
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL)


def test_a_colleagues_badge_takes_over_in_the_middle_of_a_day(open_window: Open, home: Path) -> None:
    window = open_window(home)
    window.flow.sign_in("1357")
    wait_for(lambda: window.screen_now is Screen.TILL)
    assert "Ivan Orlov" in window.bar.cashier.text()
    window.cameras.read.emit(held_up(BADGE))
    wait_for(lambda: "Marta Klein" in window.bar.cashier.text())
    assert window.screen_now is Screen.TILL


def test_signing_out_asks_for_the_next_cashier(open_window: Open, home: Path) -> None:
    window = open_window(home)
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL)
    QTest.mouseClick(window.bar.cashier, Qt.MouseButton.LeftButton)
    wait_for(lambda: window.screen_now is Screen.SIGN_IN)
    assert not window.bar.cashier.isVisible()


def test_the_pin_itself_is_never_shown(open_window: Open, home: Path) -> None:
    window = open_window(home)
    for figure in PIN:
        window.sign_in.add(figure)
    assert window.sign_in.dots.accessibleName() == "4 figures entered"
