"""Hand scanners at the real window: no focus needed, nothing typed into fields, from every screen."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from pos_app.ui.flow import Screen
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from tests.builders.fingers import Fingers
from tests.builders.till_window import BADGE, LUNCH, settle, wait_for

Open = Callable[..., TillWindow]


def sources_seen(window: TillWindow) -> list[Source]:
    seen: list[Source] = []
    window.verdict_shown.connect(lambda look: seen.append(look.source))
    return seen


def test_a_scan_is_judged_wherever_the_focus_is_and_leaves_fields_alone(till: TillWindow) -> None:
    seen = sources_seen(till)
    till.till.basket.amount.setFocus()
    Fingers(till).send(LUNCH, gap_ms=4, enter=True)
    wait_for(lambda: bool(seen))
    settle(till)
    assert seen == [Source.WEDGE]
    assert till.till.verdict.banner.text.tone == "accept"
    assert till.till.basket.amount.text() == ""


def test_a_scanner_without_enter_is_heard_after_a_pause(till: TillWindow) -> None:
    seen = sources_seen(till)
    Fingers(till).send(LUNCH, gap_ms=4)
    wait_for(lambda: bool(seen), what="the scan without an end")
    assert seen == [Source.WEDGE]


def test_typing_reaches_its_field(till: TillWindow) -> None:
    seen = sources_seen(till)
    till.till.basket.amount.setFocus()
    Fingers(till).send("12.50", gap_ms=120)
    wait_for(lambda: till.till.basket.amount.text() == "12.50", what="the typed amount")
    settle(till)
    assert till.desk_open.basket.amount_minor == 1250
    assert seen == []


def test_a_short_press_of_the_space_bar_presses_what_has_the_focus(till: TillWindow) -> None:
    till.activateWindow()
    wait_for(till.isActiveWindow)
    pressed: list[bool] = []
    button = till.till.camera.picture
    button.clicked.disconnect()
    button.clicked.connect(lambda: pressed.append(True))
    button.setFocus()
    Fingers(till).send(" ", gap_ms=120)
    wait_for(lambda: bool(pressed), what="the pressed button")
    assert not button.isDown()


def test_letting_go_of_a_scanners_keys_is_no_typing_either(till: TillWindow) -> None:
    seen = sources_seen(till)
    till.till.basket.amount.setFocus()
    fingers = Fingers(till)
    fingers.send(LUNCH, gap_ms=4, enter=True)
    wait_for(lambda: bool(seen))
    fingers.send("5", gap_ms=120)
    wait_for(lambda: till.till.basket.amount.text() == "5", what="the typed figure")
    settle(till)


def test_a_russian_layout_does_not_spoil_a_scan(till: TillWindow) -> None:
    seen = sources_seen(till)
    window = till.windowHandle()
    for sign in "ДГТСР-10\r":
        key = Qt.Key.Key_Return if sign == "\r" else Qt.Key.Key_unknown
        pressed = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, sign)
        assert till.hand_scanners.eventFilter(window, pressed)
    wait_for(lambda: bool(seen))
    settle(till)
    assert till.till.verdict.banner.text.tone == "accept"


def test_a_badge_signs_in_by_hand_scanner(open_window: Open, home: Path) -> None:
    window = open_window(home)
    Fingers(window).send(BADGE, gap_ms=4, enter=True)
    wait_for(lambda: window.screen_now is Screen.TILL, what="the till screen")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix matter")
def test_a_serial_scanner_is_judged_and_its_loss_is_said(open_window: Open, home: Path) -> None:
    far, near = os.openpty()
    window = open_window(home, serial=os.ttyname(near))
    window.flow.sign_in("2468")
    wait_for(lambda: window.screen_now is Screen.TILL)
    seen = sources_seen(window)
    os.write(far, f"{LUNCH}\r".encode())
    wait_for(lambda: bool(seen), what="the serial scan")
    assert seen == [Source.SERIAL]
    os.close(far)
    wait_for(lambda: bool(window.hand_scanners.trouble), what="the lost scanner")
    assert "does not answer" in window.notice.sentence.text()
    window.switch_language("ru")
    assert "не отвечает" in window.notice.sentence.text()
    os.close(near)
