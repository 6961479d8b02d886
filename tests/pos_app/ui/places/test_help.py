"""Help lists every key that does something at the place that is up."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.ui.places.place import PlaceName
from pos_app.ui.sheets.help_sheet import HelpSheet
from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.sign import Button
from tests.builders.till_window import settle, wait_for


def helped(window: TillWindow) -> HelpSheet:
    window.activateWindow()
    wait_for(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F1)
    sheet = window.sheets.up
    assert isinstance(sheet, HelpSheet)
    return sheet


def test_f1_lists_the_keys_of_the_place_and_of_everywhere(till: TillWindow) -> None:
    sheet = helped(till)
    (here, keys), (_, places), (_, everywhere) = sheet.sections
    assert here == "Sell"
    assert {"F2", "F3", "F5", "F9"} <= {key for key, _ in keys}
    assert [key for key, _ in places] == [f"Ctrl+{number}" for number in range(1, 7)]
    assert {"Ctrl+L", "Ctrl+O", "F1", "F11"} <= {key for key, _ in everywhere}
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert till.sheets.up is None


@pytest.mark.parametrize("name", PlaceName)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_key_does_two_things_at_once(till: TillWindow, name: PlaceName, language: str) -> None:
    till.switch_language(language)
    till.places.go(name)
    settle(till)
    sheet = helped(till)
    keys = [key for _, section in sheet.sections for key, _ in section]
    assert sorted(set(keys)) == sorted(keys)
    assert all(words.strip() for _, section in sheet.sections for _, words in section)


def test_every_visible_button_that_can_be_pressed_has_a_key_or_the_tab_key(till: TillWindow) -> None:
    for name in PlaceName:
        till.places.go(name)
        settle(till)
        for button in till.places.place(name).screen.findChildren(Button):
            if button.isVisible() and button.isEnabled() and not button.key:
                reachable = button.focusPolicy() & Qt.FocusPolicy.TabFocus
                typed = button.property("role") == "key"
                assert reachable or typed, f"{name}: {button.accessibleName()}"
