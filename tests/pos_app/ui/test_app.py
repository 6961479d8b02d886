"""The program with its window, as a process of its own."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QDir, QSize

from pos_app.ui import app
from pos_app.ui.link_door import door_name
from tests.builders.patience import LONG_S

DRIVE = """
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from pos_app.ui import app
from pos_app.bootstrap import enrol_till, open_counter
from pos_app.settings import Settings
from pos_app.ui.app import run_window

def drive(window):
    window.screen_changed.connect(lambda screen: print(screen, flush=True))

settings = Settings(home=Path(sys.argv[1]), offline=True, theme="dark", language="ru")
sys.exit(run_window(settings, open_counter=open_counter, enrol=enrol_till, drive=drive))
"""


def test_it_opens_asks_who_is_there_and_ends_in_good_order_when_told(home: Path) -> None:
    door = Path(QDir.tempPath(), door_name(home))
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", DRIVE, str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        end_s = time.monotonic() + LONG_S
        seen = []
        while "sign_in" not in seen and time.monotonic() < end_s:
            seen.append(process.stdout.readline().strip())
        assert door.is_socket()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=LONG_S)
    finally:
        process.kill()
        process.wait()
    assert seen == ["opening", "sign_in"]
    assert (process.returncode, said) == (0, "")
    assert not door.exists()


@pytest.mark.parametrize(
    ("width", "height", "filled"),
    [(1024, 600, True), (1366, 768, True), (1280, 800, False), (1920, 1080, False), (800, 800, False)],
)
def test_a_screen_smaller_than_the_window_is_filled_by_it(width: int, height: int, filled: bool) -> None:
    assert app._fills(QSize(width, height)) is filled
