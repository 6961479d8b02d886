"""How long the window's thread is away at most while a cashier works, with the office and the camera at work too.

A heartbeat on the window's thread is due every few milliseconds; what it comes late is a pause, in which no key
and no finger would have been answered. The day: a film of codes runs through the camera's path, a real central takes
what is sold, and one sale follows the other - codes, items typed, Confirm, the places of the rail, a report.

Beside it, in the same seconds on the same machine, an empty Qt window in a process of its own hears the same
heartbeat: what the system itself makes late is no pause of ours.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from pos_app.__main__ import SWITCH_S
from tests.bench.measurement import Measurement
from tests.bench.timing import NS_PER_MS, percentile
from tests.builders.till_process import ROOT, environment

if TYPE_CHECKING:
    from pos_app.scanner.sources import CameraSource
    from pos_app.ui.till_window import TillWindow

BEAT_MS = 4
DAY_S = 45
STEP_MS = 120
"""Between two touches of the cashier: faster than a hand."""
CODES = 40
FPS, FRAMES_EACH = 30, 20
WIDTH, HEIGHT = 1280, 720
AGAIN, KEYS_IN_A_ROW, ROUNDS = 5, 12, 6
"""How often the keys come up again, how many stand beside each other, how often events are done until all is painted."""
GOAL = "p99.9 ≤ 16 ms"
PIN = "2468"

_EMPTY = """
import json, sys
from PySide6.QtWidgets import QApplication, QWidget
from tests.bench.heartbeat import Heartbeat

application = QApplication(sys.argv)
window = QWidget()
window.resize(1280, 800)
window.show()
heart = Heartbeat(int(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
heart.start()
from PySide6.QtCore import QTimer
QTimer.singleShot(int(sys.argv[2]) * 1000, application.quit)
application.exec()
print(json.dumps(heart.late_ms), flush=True)
"""


def run() -> list[Measurement]:
    """Work for less than a minute, beside an empty window."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    from pos_app.ui.app import make_application

    make_application()
    # As the program does when it starts, and again once its window stands.
    gc.disable()
    sys.setswitchinterval(SWITCH_S)
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as place, _beside() as empty:
        ours, worked, sales, keys = _day(Path(place), begun=lambda: _begin(empty))
        said, _ = empty.communicate(timeout=10 * DAY_S)
    bare: list[float] = json.loads(said)
    note = f"{len(ours):,} beats, {sales} sales, longest {max(ours):.0f} ms, median {median(ours):.2f} ms; an empty "
    note += f"window in the same seconds: longest {max(bare):.0f} ms"
    value, reference = percentile(ours, 99.9), percentile(bare, 99.9)
    return [
        Measurement(
            name="gui_pause_p999",
            value=value,
            unit="ms",
            goal=GOAL,
            reference=reference,
            ratio=value / max(reference, 0.01),
            note=note,
        ),
        Measurement(
            name="gui_work_p999",
            value=percentile(worked, 99.9),
            unit="ms",
            goal=GOAL,
            note=f"processor time of the window's thread alone between two beats; longest {max(worked):.0f} ms",
        ),
        keys,
    ]


@contextmanager
def _beside() -> Iterator[subprocess.Popen[str]]:
    """Start the empty window; it waits for the day to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", _EMPTY, str(BEAT_MS), str(DAY_S)],
        cwd=ROOT,
        env={**environment(), "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None or process.stdout.readline().strip() != "ready":
            message = "the empty window did not come up"
            raise RuntimeError(message)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _begin(empty: subprocess.Popen[str]) -> None:
    if empty.stdin is not None:
        empty.stdin.write("go\n")
        empty.stdin.flush()


def _day(place: Path, begun: Callable[[], None]) -> tuple[list[float], list[float], int, Measurement]:
    """Return how late each beat came and how long the thread worked before it (ms), how many sales were made, and
    what the keys of letters cost when they first came up.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    from tests.bench.heartbeat import Heartbeat

    film = _film(place)
    with _window(place) as window:
        keys = _first_keys(window)
        sold: list[object] = []
        window.sale_done.connect(sold.append)
        heart, loop, steps = Heartbeat(BEAT_MS), QEventLoop(), _Steps(window)
        hand = QTimer()
        hand.timeout.connect(steps.next)
        window.cameras.watch(film)
        begun()
        heart.start()
        hand.start(STEP_MS)
        QTimer.singleShot(DAY_S * 1000, loop.quit)
        loop.exec()
        hand.stop()
        heart.stop()
        window.cameras.watch(None)
    if len(sold) < DAY_S // 2:
        message = f"only {len(sold)} sales were made: the day was none"
        raise RuntimeError(message)
    return heart.late_ms, heart.worked_ms, len(sold), keys


def _first_keys(window: "TillWindow") -> Measurement:
    """Touch a field for the first time, and see how long the window's thread works until its keys are painted.

    Beside it as many bare buttons of Qt's, in rows like the keys, in a window of their own.
    """
    from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

    from pos_app.ui.places.guests.place import GuestsPlace
    from pos_app.ui.places.place import PlaceName
    from tests.builders.screen_keys import keys_of, touch
    from tests.builders.till_window import settle, wait_for

    wait_for(lambda: window._furnishing.at_rest, what="everything made ready")
    window.places.go(PlaceName.GUESTS)
    settle(window)
    place = window.places.place(PlaceName.GUESTS)
    if not isinstance(place, GuestsPlace):
        raise TypeError(place)
    first = _worked(lambda: touch(place.screen.search))
    again = []
    for _ in range(AGAIN):
        window.typing.put_away()
        _worked(lambda: None)
        again.append(_worked(lambda: touch(place.screen.search)))
    count = len([key for key in keys_of(window).findChildren(QPushButton) if key.isVisible()])
    window.typing.put_away()
    window.places.go(PlaceName.SELL)
    settle(window)
    bare = QWidget()
    grid = QGridLayout(bare)
    for number in range(count):
        grid.addWidget(QPushButton(str(number)), number // KEYS_IN_A_ROW, number % KEYS_IN_A_ROW)
    bare.resize(window.width(), window.height() // 2)
    reference = _worked(bare.show)
    bare.close()
    note = f"processor time until {count} keys are painted; each later time {median(again):.0f} ms; beside it as many "
    return Measurement(
        name="keys_first_opening",
        value=first,
        unit="ms",
        goal="≤ 33 ms",
        reference=reference,
        ratio=first / max(reference, 0.01),
        note=note + "bare buttons of Qt's that come up for the first time",
    )


def _worked(do: Callable[[], object]) -> float:
    """Return for how many milliseconds this thread works at something and at all that follows from it."""
    from PySide6.QtWidgets import QApplication

    began_ns = time.thread_time_ns()
    do()
    for _ in range(ROUNDS):
        QApplication.processEvents()
    return (time.thread_time_ns() - began_ns) / NS_PER_MS


class _Steps:
    """What a cashier does, one touch after the other, over and over."""

    def __init__(self, window: "TillWindow") -> None:
        from pos_app.ui.places.place import PlaceName

        self._window, self._number = window, 0
        typed = ("1", "12", "12.", "12.5", "12.50")
        self._amount: list[Callable[[], object]] = [partial(window.enter_amount, part) for part in typed]
        elsewhere = (PlaceName.SALES, PlaceName.SHIFT, PlaceName.GUESTS, PlaceName.CASES, PlaceName.SETTINGS)
        self._walk = [partial(window.places.go, name) for name in (*elsewhere, PlaceName.SELL)]

    def next(self) -> None:
        """Do the next step; every tenth sale is followed by a walk through the other places."""
        steps: list[Callable[[], object]] = [*self._amount, _wait, self._window.confirm, _wait]
        number = self._number % (10 * len(steps) + len(self._walk))
        self._number += 1
        if number < 10 * len(steps):
            steps[number % len(steps)]()
        else:
            self._walk[number - 10 * len(steps)]()


def _wait() -> None:
    """Let a step go by, as somebody who reads."""


@contextmanager
def _window(place: Path) -> Iterator["TillWindow"]:
    """Open a till of a real central that knows the codes of the film."""
    from pos_app.ui.app import collect_rubbish
    from sync.central.schema.words import Role
    from tests.builders.central_process import start_central
    from tests.builders.real_counter import add_staff
    from tests.builders.real_network import RealNetwork
    from tests.builders.till_window import signed_in

    central = start_central(place)
    try:
        network = RealNetwork(central, place)
        network.import_codes(
            *(f"PROMO,{_text(number)},Offer {number},,,Offers,leased" for number in range(CODES))
        )
        add_staff(network, "Marta Klein", PIN, Role.CASHIER)
        home, _ = network.enrolled_home("Bar")
        window = signed_in(home.folder, offline=False)
        collect_rubbish()
        try:
            yield window
        finally:
            window.close()
            window.language.remove()
    finally:
        central.close()


def _film(place: Path) -> "CameraSource":
    """Each code for two thirds of a second, then nothing for as long."""
    import cv2
    import numpy as np

    from pos_app.scanner.sources import film_source
    from tests.builders.qr_picture import held_up

    path = place / "codes.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    nothing = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    for number in range(CODES):
        shown = held_up(_text(number), width=WIDTH, height=HEIGHT, box=9)
        for picture in (shown, nothing):
            for _ in range(FRAMES_EACH):
                writer.write(picture)
    writer.release()
    return film_source(path)


def _text(number: int) -> str:
    return f"OFFER-{number:06d}"
