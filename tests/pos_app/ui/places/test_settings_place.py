"""Settings: at once, kept for the next start, and the machine's part behind a PIN."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_app.settings import load_settings
from pos_app.ui.places.place import PlaceName
from pos_app.ui.places.settings import SettingsPlace
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.till_window import TillWindow
from tests.builders.till_window import PIN, a_home, a_world, settle, wait_for
from tests.pos_app.ui.conftest import Open
from tests.pos_app.ui.test_accessibility import looked_at

KEEPERS_PIN = "8642"


@pytest.fixture
def staffed(tmp_path: Path) -> Path:
    world = a_world()
    world.staff("Olga Brandt", pin=KEEPERS_PIN, role="shift_manager")
    return a_home(tmp_path / "staffed", world)


def settings_of(window: TillWindow) -> SettingsPlace:
    window.places.go(PlaceName.SETTINGS)
    place = window.places.place(PlaceName.SETTINGS)
    assert isinstance(place, SettingsPlace)
    return place


def press(place: SettingsPlace, row: str, number: int) -> None:
    QTest.mouseClick(place.view.rows[row].buttons[number], Qt.MouseButton.LeftButton)


def enter_pin(window: TillWindow, pin: str) -> PinSheet:
    sheet = window.sheets.up
    assert isinstance(sheet, PinSheet)
    for figure in pin:
        QTest.keyClick(sheet, figure)  # type: ignore[call-overload]  # Qt takes a character, its stubs do not say so
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    settle(window)
    return sheet


def test_every_choice_takes_effect_at_once_and_is_kept(till: TillWindow, home: Path) -> None:
    place = settings_of(till)
    press(place, "language", 1)
    press(place, "theme", 2)
    press(place, "zoom", 2)
    press(place, "volume", 1)
    settle(till)
    assert (till.language.name, till.wardrobe.dark, till.voice.sounds.volume) == ("ru", True, 25)
    assert till.wardrobe.look.scale == 1.5
    assert place.view.titles[0].text() == "Для вас"
    kept = load_settings({"home": home}, {})
    assert (kept.language, kept.theme, kept.zoom, kept.volume, kept.sound) == ("ru", "dark", 150, 25, True)


def test_sounds_off_are_off_and_come_back_at_their_volume(till: TillWindow, home: Path) -> None:
    place = settings_of(till)
    press(place, "volume", 0)
    settle(till)
    assert till.voice.sounds.volume == 0
    assert place.view.rows["volume"].buttons[0].isChecked()
    assert not load_settings({"home": home}, {}).sound
    press(place, "volume", 3)
    assert till.voice.sounds.volume == 75


def test_what_policy_set_is_shown_and_cannot_be_chosen(open_window: Open, home: Path) -> None:
    window = open_window(home, theme="dark", managed=frozenset({"theme"}))
    window.flow.sign_in(PIN)
    settle(window)
    row = settings_of(window).view.rows["theme"]
    assert not any(button.isEnabled() for button in row.buttons)
    assert row.buttons[2].isChecked()
    assert row.why_not.text() == "Set by your IT."
    window.choices.choose(language="ru")
    settle(window)
    assert "theme" not in (home / "settings.json").read_text()


def test_the_machines_part_opens_by_the_pin_of_who_sets_it_up(open_window: Open, staffed: Path) -> None:
    window = open_window(staffed)
    window.flow.sign_in(PIN)
    settle(window)
    place = settings_of(window)
    assert not place.view.rows["lock_after_s"].buttons[0].isEnabled()
    place.view.unlock.click()
    sheet = enter_pin(window, PIN)
    assert sheet.pad.problem.sentence.text() == "This colleague may not set up the machine."
    enter_pin(window, KEEPERS_PIN)
    press(place, "lock_after_s", 0)
    settle(window)
    assert window.guard.idle.timer.interval() == 60_000
    window.places.home()
    settings_of(window)
    assert not place.view.rows["lock_after_s"].buttons[0].isEnabled()


def test_another_scanner_is_heard_at_once_and_a_wrong_rate_is_said(open_window: Open, staffed: Path) -> None:
    window = open_window(staffed)
    window.flow.sign_in(PIN)
    settle(window)
    place = settings_of(window)
    place.view.unlock.click()
    enter_pin(window, KEEPERS_PIN)
    place.view.fields["serial_baud"].setText("fast")
    place.view.apply.click()
    wait_for(window.notice.isVisible)
    assert "no rate" in window.notice.sentence.text()
    place.view.fields["serial_baud"].setText("115200")
    place.view.fields["scanner_suffix"].setText("#")
    place.view.apply.click()
    settle(window)
    kept = load_settings({"home": staffed}, {})
    assert (kept.serial, kept.serial_baud, kept.scanner_suffix) == (None, 115_200, "#")


def test_it_says_whether_the_till_may_be_closed(till: TillWindow) -> None:
    place = settings_of(till)
    till.switch_language("ru")
    place.view.ask_safe.click()
    settle(till)
    assert place.view.safe.text().startswith("Событий только на этой кассе")


def test_at_twice_the_size_everything_is_reached_by_scrolling(open_window: Open, home: Path) -> None:
    window = open_window(home, zoom=200)
    window.resize(1024, 600)
    assert window.wardrobe.look.scale == 2
    window.flow.sign_in(PIN)
    settle(window)
    place = settings_of(window)
    field = place.view.fields["scanner_suffix"]
    field.setEnabled(True)
    room = window.places.room(PlaceName.SETTINGS)
    QApplication.processEvents()
    room.ensureWidgetVisible(field)
    assert window.rect().contains(field.mapTo(window, field.rect().center()))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_control_has_a_name_and_a_fingers_size_on_the_smallest_screen(
    till: TillWindow, language: str
) -> None:
    till.switch_language(language)
    settings_of(till)
    looked_at(till)
