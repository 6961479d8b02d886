"""The places of the rail are made after the sign-in screen came up; whoever is quicker finds them all the same."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from pos_app.ui import furnishing
from pos_app.ui.app import collect_rubbish
from pos_app.ui.flow import Screen
from pos_app.ui.places.place import PlaceName
from pos_app.ui.theme.look import TOUCH
from pos_app.ui.widgets.sign import Button
from tests.builders.patience import LONG_S
from tests.builders.till_process import ROOT
from tests.builders.till_window import BADGE, LUNCH, PIN, scan, settle, wait_for
from tests.pos_app.ui.conftest import Open
from tests.pos_app.ui.test_cameras import a_film
from tests.pos_app.ui.test_sign_in import held_up

HEAVY = ("cv2", "numpy", "requests", "keyring", "PIL", "escpos", "argon2", "sqlalchemy", "qrcode")


def test_the_places_are_made_while_nobody_is_signed_in(open_window: Open, home: Path) -> None:
    window = open_window(home)
    wait_for(lambda: len(window.places.all) == len(PlaceName), what="every place")
    assert [place.name for place in window.places.all] == list(PlaceName)
    assert window.screen_now is Screen.SIGN_IN


def test_the_focus_stays_where_the_pin_is_typed_while_places_are_made(new_window: Open, home: Path) -> None:
    window = new_window(home)
    window.show()
    window.activateWindow()
    wait_for(window.isActiveWindow, what="the window's focus")
    window.begin()
    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the sign-in screen")
    before = QApplication.focusWidget()
    assert before is window.sign_in
    wait_for(lambda: len(window.places.all) == len(PlaceName), what="every place")
    assert QApplication.focusWidget() is before
    window.places.greet(None)
    assert QApplication.focusWidget() is before


def test_who_signs_in_at_once_finds_every_place(new_window: Open, home: Path) -> None:
    window = new_window(home)
    told: list[int] = []
    window.furnished.connect(lambda: told.append(len(window.places.all)))
    window.show()
    window.begin()
    # The badge lies before the camera before the till is open: it need not be shown again.
    assert window.screen_now is Screen.OPENING
    window.cameras.read.emit(held_up(BADGE))
    wait_for(lambda: window.screen_now is Screen.TILL, what="the till screen")
    settle(window)
    assert told == [len(PlaceName)]
    assert [place.name for place in window.places.all] == list(PlaceName)
    scan(window, LUNCH)
    assert window.till.verdict.banner.text.tone == "accept"


def test_what_was_shown_early_is_taken_once(new_window: Open, home: Path) -> None:
    window = new_window(home)
    window.show()
    window.begin()
    window.cameras.read.emit(held_up("NO-BADGE"))
    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the sign-in screen")
    settle(window)
    assert window.sign_in.problem.sentence.text() == "This is not a badge."
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL, what="the till screen")
    window.guard.lock()
    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the lock")
    settle(window)
    assert window.sign_in.problem.sentence.text() == ""


def test_places_made_later_wear_the_look_of_the_window(new_window: Open, home: Path) -> None:
    window = new_window(home, theme="dark", zoom=150)
    window.resize(1600, 1000)
    window.show()
    window.begin()
    wait_for(lambda: len(window.places.all) == len(PlaceName), what="every place")
    sales, look = window.places.place(PlaceName.SALES).screen, window.wardrobe.look
    assert look.scale > 1
    assert {button.height() for button in sales.findChildren(Button)} >= {look.px(TOUCH)}


def test_the_window_is_loaded_without_what_only_its_threads_need() -> None:
    program = "import sys, pos_app.bootstrap, pos_app.ui.app; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=LONG_S
    )
    loaded = set(said.stdout.split())
    assert "pos_app.ui.till_window" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_rubbish_is_looked_for_again_once_the_till_stands() -> None:
    before = gc.get_freeze_count()
    gc.disable()
    try:
        collect_rubbish()
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
    finally:
        gc.enable()
        gc.unfreeze()


def test_the_camera_comes_up_before_the_places_are_loaded(
    new_window: Open, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(furnishing, "CAMERA_FIRST_S", LONG_S)
    window = new_window(home, film=a_film(tmp_path, "NOTHING-TO-SELL"))
    waking: list[bool] = []
    window.furnished.connect(lambda: waking.append(window.cameras.waking))
    window.show()
    window.begin()
    wait_for(lambda: bool(waking), what="every place")
    assert waking == [False]
