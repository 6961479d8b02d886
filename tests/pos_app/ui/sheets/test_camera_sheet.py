"""The assistant that sets a camera up, in the real window, with films and captures that answer as cameras do."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.scanner.capture_settings import Abilities
from pos_app.scanner.meter import Advice, Reading
from pos_app.scanner.sources import CameraSource, SourceKind, film_source
from pos_app.scanner.state import SourceState, StateNews
from pos_app.settings import load_settings
from pos_app.ui.cameras import capture_settings
from pos_app.ui.places.place import PlaceName
from pos_app.ui.sheets.camera_sheet import CameraSheet
from pos_app.ui.till_window import TillWindow
from pos_app.ui.words.camera import advice_words
from pos_app.usecases.source import Source
from tests.builders.codes import write_film
from tests.builders.qr_picture import held_up
from tests.builders.till_window import LUNCH, settle, wait_for
from tests.pos_app.ui.conftest import Open

FPS = 25


@pytest.fixture
def film(tmp_path: Path) -> CameraSource:
    return film_source(write_film(tmp_path / "film.avi", [held_up(LUNCH)] * FPS, fps=FPS))


@pytest.fixture
def sheet(till: TillWindow, film: CameraSource) -> CameraSheet:
    till.cameras.offer([film], film)
    return till.camera_setup.open()


def let_choose(till: TillWindow) -> None:
    """What a camera says whose driver offers everything."""
    till.cameras.watch(None)
    everything = Abilities(focus=True, exposure=True)
    till.cameras.bridge.news.emit(StateNews(SourceState.LIVE, "Front", "It is live.", abilities=everything))


def test_settings_open_it_by_a_key(till: TillWindow, film: CameraSource) -> None:
    till.show()
    till.cameras.offer([film], film)
    till.places.go(PlaceName.SETTINGS)
    QTest.keyClick(till.places.place(PlaceName.SETTINGS).screen, Qt.Key.Key_F5)
    assert isinstance(till.sheets.up, CameraSheet)


def test_a_readable_code_is_told_with_its_rate_and_is_not_sold(till: TillWindow, sheet: CameraSheet) -> None:
    wait_for(lambda: sheet.advice.sentence.text() == "Codes are read well.")
    assert "640 × 480" in sheet.rate.text()
    assert sheet.bar.value() >= 50
    assert sheet.view.showing
    sheet.done.click()
    settle(till)
    assert till.desk_open.basket.empty
    assert till.sheets.up is None


def test_the_picture_comes_back_to_the_till_when_the_sheet_is_closed(
    till: TillWindow, sheet: CameraSheet
) -> None:
    wait_for(lambda: sheet.view.showing)
    sheet.done.click()
    till.places.go(PlaceName.SELL)
    wait_for(lambda: till.till.camera.view.showing)
    assert not till.cameras.bridge.measuring


def test_codes_of_a_hand_scanner_wait_behind_the_sheet(till: TillWindow, sheet: CameraSheet) -> None:
    till.take_scan(LUNCH, Source.WEDGE)
    assert "1" in sheet.kept.sentence.text()
    sheet.cancel()
    wait_for(lambda: not till.desk_open.basket.empty)


def test_what_is_chosen_is_asked_of_the_camera_and_kept(
    till: TillWindow, sheet: CameraSheet, home: Path
) -> None:
    let_choose(till)
    sheet.rows["camera_size"].buttons[2].click()
    sheet.rows["camera_focus"].buttons[3].click()
    sheet.rows["camera_exposure_ms"].buttons[1].click()
    sheet.rows["camera_mirror"].buttons[1].click()
    asked = till.cameras.bridge.settings
    assert (asked.width, asked.height, asked.focus, asked.exposure_ms) == (1920, 1080, 100, 5)
    settle(till)
    kept = load_settings({"home": home}, {})
    assert (kept.camera_mirror, capture_settings(kept)) == (True, asked)


def test_automatic_focus_can_be_chosen_again(till: TillWindow, sheet: CameraSheet, home: Path) -> None:
    let_choose(till)
    sheet.rows["camera_focus"].buttons[3].click()
    sheet.rows["camera_focus"].buttons[0].click()
    assert till.cameras.bridge.settings.focus is None
    settle(till)
    assert load_settings({"home": home}, {}).camera_focus is None


def test_a_mirrored_preview_is_painted_the_other_way_round(till: TillWindow, sheet: CameraSheet) -> None:
    till.resize(1280, 800)
    till.show()
    till.cameras.watch(None)
    half = np.zeros((480, 640, 3), np.uint8)
    half[:, :320] = 255
    path = write_film(Path(till.settings.home) / "half.avi", [half] * 3)
    till.cameras.watch(film_source(path))
    wait_for(lambda: sheet.view.showing)

    def left_is_white() -> bool:
        picture = sheet.view.grab().toImage()
        y = picture.height() * 9 // 10
        return picture.pixelColor(picture.width() // 5, y).lightness() > 128

    assert left_is_white()
    sheet.rows["camera_mirror"].buttons[1].click()
    assert not left_is_white()


def test_a_film_offers_neither_focus_nor_light(sheet: CameraSheet) -> None:
    wait_for(lambda: sheet.view.showing)
    for name in ("camera_focus", "camera_exposure_ms"):
        assert not any(button.isEnabled() for button in sheet.rows[name].buttons)
        assert "by itself" in sheet.rows[name].why_not.text()


def test_what_a_policy_set_cannot_be_changed(open_window: Open, home: Path, film: CameraSource) -> None:
    window = open_window(home, camera_size="640x480", managed=frozenset({"camera_size", "camera"}))
    window.cameras.offer([film], film)
    sheet = window.camera_setup.open()
    assert not sheet.picker.isEnabled()
    assert not any(button.isEnabled() for button in sheet.rows["camera_size"].buttons)
    assert window.cameras.bridge.settings.width == 640


def test_another_camera_is_chosen_and_a_lost_one_is_said(till: TillWindow, sheet: CameraSheet) -> None:
    gone = CameraSource("Front", SourceKind.CAMERA, "/dev/video99")
    till.cameras.offer([gone], None)
    sheet.cancel()
    settle(till)
    again = till.camera_setup.open()
    again.picker.activated.emit(0)
    wait_for(lambda: "comes back by itself" in again.view.accessibleName())
    assert till.cameras.source == gone


def test_the_language_of_every_advice_is_the_tills(till: TillWindow) -> None:
    english = [advice_words(advice)[:2] for advice in Advice]
    till.switch_language("ru")
    russian = [advice_words(advice)[:2] for advice in Advice]
    assert all(ours != theirs for ours, theirs in zip(russian, english, strict=True))


def test_a_camera_that_is_lost_while_it_is_set_up_is_waited_for(till: TillWindow, sheet: CameraSheet) -> None:
    wait_for(lambda: sheet.view.showing)
    till.cameras.bridge.news.emit(StateNews(SourceState.LOST, "Front", "It gives no picture."))
    sheet.show_reading(Reading(0, 0, Advice.WAIT))
    assert "comes back by itself" in sheet.view.accessibleName()


def test_a_dark_film_is_said_to_be_too_dark(till: TillWindow, sheet: CameraSheet, tmp_path: Path) -> None:
    dark = np.asarray(cv2.GaussianBlur(held_up(LUNCH), (0, 0), 9) // 10, dtype=np.uint8)
    till.cameras.watch(film_source(write_film(tmp_path / "dark.avi", [dark] * FPS, fps=FPS)))
    wait_for(lambda: sheet.advice.sentence.text() == "It is too dark.")
