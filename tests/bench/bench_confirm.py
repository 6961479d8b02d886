"""Confirm: from the key to the painted "Sale done", with the commit on the project's own disk in between.

Through everything that ships: the button → the counter's thread → rules, price and signature → the encrypted
journal's COMMIT (synchronous = FULL) → signal → the painted card. Every other sale carries a code.

Beside it the least that any such till could do, turn by turn in the same run on the same disk: Python's own
sqlite3 commits as many bytes on the window's thread, and a bare Qt label of the card's size paints two words.
"""

import gc
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from pos_app.__main__ import SWITCH_S
from tests.bench.measurement import Measurement
from tests.bench.timing import NS_PER_MS, percentile, timed_ms

if TYPE_CHECKING:
    from pos_app.ui.till_window import TillWindow

BUILD = Path(__file__).resolve().parents[2] / "build"
SALES, WARM_UP = 400, 20
DONE = "Sale done"
LIMIT_MS = 20_000
BYTES = 1_200
"""About what a sale with one code weighs in the journal."""
GOAL = "p99 ≤ 50 ms"


def run() -> list[Measurement]:
    """Sell some hundred times, and do the least beside each sale."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    from pos_app.ui.app import make_application

    application = make_application()
    # As the program does when it starts.
    gc.disable()
    sys.setswitchinterval(SWITCH_S)
    with _folder() as folder, _window(folder) as window:
        bare = _Bare(folder)
        both = [(_sale_ms(window, number), bare.turn_ms()) for number in range(SALES + WARM_UP)]
        bare.close()
    application.processEvents()
    ours, beside = zip(*both[WARM_UP:], strict=True)
    note = f"{SALES} sales, every other with a code; reference: a bare commit and a painted label; medians "
    note += f"{median(ours):.1f} and {median(beside):.1f} ms"
    value, reference = percentile(ours, 99), percentile(beside, 99)
    return [
        Measurement(
            name="confirm_to_done_p99",
            value=value,
            unit="ms",
            goal=GOAL,
            reference=reference,
            ratio=value / reference,
            note=note,
        )
    ]


def _sale_ms(window: "TillWindow", number: int) -> float:
    """Make one sale; return how long Confirm took until "done" was painted."""
    from tests.builders.till_window import LUNCH, scan, settle

    if number % 2:
        scan(window, LUNCH)
    window.enter_amount(f"{5 + number % 40}.{number % 100:02d}")
    settle(window)
    taken = _confirm_ms(window)
    settle(window)
    window.desk_open.clear_card()
    return taken


def _confirm_ms(window: "TillWindow") -> float:
    """Press the button, and return how long it took until the card had painted that the sale is done."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    sold: list[object] = []
    painted_ns: list[int] = []

    def look() -> None:
        # The banner is painted first, and only after COMMIT; the others hear of the sale then.
        if window.till.verdict.banner.text.headline == DONE:
            painted_ns.append(time.perf_counter_ns())
        if sold and painted_ns:
            loop.quit()

    def take(sale: object) -> None:
        sold.append(sale)
        if painted_ns:
            loop.quit()

    painted = window.verdict_painted.connect(look)
    heard = window.sale_done.connect(take)
    QTimer.singleShot(LIMIT_MS, loop, loop.quit)
    begun_ns = time.perf_counter_ns()
    window.confirm()
    loop.exec()
    window.verdict_painted.disconnect(painted)
    window.sale_done.disconnect(heard)
    if not sold or not painted_ns:
        message = "a sale was not done, or nobody said so"
        raise RuntimeError(message)
    return (painted_ns[0] - begun_ns) / NS_PER_MS


class _Bare:
    """The least: one durable row, and one label that says so."""

    def __init__(self, folder: Path) -> None:
        from PySide6.QtWidgets import QLabel

        self._connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE sales (number INTEGER PRIMARY KEY, content BLOB NOT NULL)")
        self._label = QLabel()
        self._label.resize(420, 300)
        self._label.show()

    def turn_ms(self) -> float:
        """Do it once; return how long it took."""
        return timed_ms(self._turn)

    def close(self) -> None:
        """Put both away."""
        self._connection.close()
        self._label.close()

    def _turn(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO sales (content) VALUES (?)", (os.urandom(BYTES),))
        self._connection.execute("COMMIT")
        self._label.setText("Sale done")
        self._label.repaint()


@contextmanager
def _window(folder: Path) -> Iterator["TillWindow"]:
    from pos_app.ui.app import collect_rubbish
    from tests.builders.till_window import a_home, signed_in

    window = signed_in(a_home(folder / "till"))
    collect_rubbish()
    try:
        yield window
    finally:
        window.close()
        window.language.remove()


@contextmanager
def _folder() -> Iterator[Path]:
    """Use a folder on the project's own disk: a temporary one may lie in memory, where fsync costs nothing."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-confirm-", dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
