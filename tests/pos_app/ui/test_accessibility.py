"""Every control has a name, a finger's size and a key's reach, on the smallest screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

from pos_app.ui.flow import Screen
from pos_app.ui.theme.look import TOUCH
from pos_app.ui.till_window import SMALLEST, TillWindow
from tests.builders.till_window import CARD, LUNCH, VOUCHER, scan, settle, wait_for
from tests.pos_app.ui.conftest import Open

CONTROLS = (QAbstractButton, QLineEdit, QComboBox)


def controls(window: TillWindow) -> Iterator[QWidget]:
    for kind in CONTROLS:
        for widget in window.findChildren(kind):
            if widget.isVisible() and not isinstance(widget.parent(), QComboBox):
                yield widget


def looked_at(window: TillWindow) -> None:
    window.resize(*SMALLEST)
    QApplication.processEvents()
    found = list(controls(window))
    assert found
    for widget in found:
        named = widget.accessibleName() or getattr(widget, "text", str)()
        assert named.strip(), f"{type(widget).__name__} has no name"
        assert min(widget.width(), widget.height()) >= TOUCH, f"{named}: {widget.width()}×{widget.height()}"
        assert window.rect().contains(widget.mapTo(window, widget.rect().center())), f"{named} lies outside"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_on_the_till_screen(till: TillWindow, language: str) -> None:
    till.switch_language(language)
    looked_at(till)
    scan(till, LUNCH, CARD, VOUCHER)
    till.enter_amount("12.345")
    settle(till)
    looked_at(till)


def test_on_the_sign_in_screen_after_a_wrong_pin(open_window: Open, home: Path) -> None:
    window = open_window(home)
    window.flow.sign_in("0000")
    settle(window)
    looked_at(window)


def test_on_the_enrol_screen(new_window: Open, tmp_path: Path) -> None:
    window = new_window(tmp_path / "nothing")
    window.show()
    window.begin()
    wait_for(lambda: window.screen_now is Screen.ENROL)
    looked_at(window)


def test_the_tab_key_reaches_every_field_and_comes_back(till: TillWindow) -> None:
    reached = set()
    start = till.till.basket.amount
    start.setFocus()
    widget = start.nextInFocusChain()
    for _ in range(5_000):
        if widget is None or widget is start:
            break
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            reached.add(widget)
        widget = widget.nextInFocusChain()
    assert widget is start
    wanted = {till.till.camera.code, till.till.camera.picker, till.till.camera.picture, till.bar.badge}
    assert wanted <= reached


def test_nothing_is_cut_off_when_the_window_is_large(till: TillWindow) -> None:
    till.resize(3840, 2160)
    QApplication.processEvents()
    assert till.till.keypad.keys["5"].height() >= 2 * TOUCH
    assert till.till.verdict.width() > till.till.basket.width()
