"""From a code entering the picture to its verdict, on films of hands.

Each film shows codes in one manner: steady, waving, tilted, on a phone, in dim light. Two times are told:
from the picture in which the hand begins to come in (it takes 400 ms to arrive, so no reader can be much
faster than that), and the verdict's part of it. The film's time is counted, not this machine's: a picture in
which the code was read is due at its place in the film, and searching, judging and painting are added as they
were measured for that very picture and code. Beside it zxing-cpp alone searches every picture.
"""

import os
import secrets
import statistics
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import zxingcpp

from pos_app.demo.film.make import FPS, make_film
from pos_app.demo.film.shot import Carrier, Film, Manner, Shot
from pos_app.scanner.decoder import Decoder
from pos_app.scanner.read import Image
from tests.bench.bench_decode import pictures_of
from tests.bench.measurement import Measurement
from tests.bench.timing import percentile, timed

if TYPE_CHECKING:
    from pos_app.ui.till_window import TillWindow

SHOWN = 4
"""Codes a film: drawing one hand takes seconds, and five films of them are to take no more than three minutes."""
LIMIT_MS = 10_000
HANDS = {
    "steady": (Carrier.PAPER, Manner.STEADY),
    "waving": (Carrier.PAPER, Manner.WAVING),
    "tilted": (Carrier.PAPER, Manner.TILTED),
    "phone": (Carrier.PHONE, Manner.STEADY),
    "dim": (Carrier.PAPER, Manner.DIM),
}
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def run() -> list[Measurement]:
    """Measure every manner; a code that is not read while it is shown counts as its whole showing, and is told."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    from pos_app.ui.app import make_application
    from tests.builders.till_window import a_home, signed_in

    application = make_application()
    measured: list[Measurement] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        window = signed_in(a_home(folder / "till"))
        try:
            for name, (carrier, manner) in HANDS.items():
                shots = [Shot(name, f"FILM-{name}-{n}", carrier, manner) for n in range(SHOWN)]
                film = make_film(folder / "film.avi", shots, seed=secrets.randbelow(1 << 30))
                measured += _measurements(name, film, window)
        finally:
            window.close()
            window.language.remove()
        application.processEvents()
    return measured


def _measurements(name: str, film: Film, window: "TillWindow") -> list[Measurement]:
    ours, alone, unread, unread_alone = _delays_ms(film, window)
    note = (
        f"{SHOWN} hands; not read {unread}, by zxing-cpp alone on every picture {unread_alone}; "
        "the hand itself takes 400 ms to come in"
    )
    return [
        Measurement(
            name=f"film_{name}_{word}", value=figure(ours), unit="ms", goal="told",
            reference=figure(alone), ratio=figure(ours) / figure(alone), note=note,
        )
        for word, figure in (("median", statistics.median), ("p95", partial(percentile, percent=95)))
    ]  # fmt: skip


def _delays_ms(film: Film, window: "TillWindow") -> tuple[list[float], list[float], int, int]:
    """Return, for each showing, when its verdict stood and when zxing-cpp alone had read it."""
    decoder = Decoder()
    ours: dict[int, float] = {}
    alone: dict[int, float] = {}
    for number, picture in enumerate(pictures_of(film.path)):
        at_s = number / FPS
        on = next((i for i, shot in enumerate(film.shots) if shot.start_s <= at_s < shot.end_s), None)
        if on is None:
            continue
        text = film.shots[on].shot.text
        since_ms = (at_s - film.shots[on].start_s) * 1000
        # Whoever has read a code is done with its hand.
        if on not in ours:
            spent_ms, reads = timed(partial(decoder.decode, picture))
            if any(read.text == text for read in reads):
                ours[on] = since_ms + spent_ms + _verdict_ms(window, text)
        if on not in alone:
            spent_ms, found = timed(partial(_zxing, picture))
            if any(symbol.text == text for symbol in found):
                alone[on] = since_ms + spent_ms
    whole_ms = [(shot.end_s - shot.start_s) * 1000 for shot in film.shots]
    return (
        [ours.get(i, whole) for i, whole in enumerate(whole_ms)],
        [alone.get(i, whole) for i, whole in enumerate(whole_ms)],
        len(whole_ms) - len(ours),
        len(whole_ms) - len(alone),
    )


def _verdict_ms(window: "TillWindow", text: str) -> float:
    """Have a code judged by the window, and return how long it took until the answer was painted."""
    from PySide6.QtCore import QEventLoop, QTimer

    from pos_app.usecases.source import Source

    loop = QEventLoop()
    window.verdict_painted.connect(loop.quit)
    guard = QTimer()
    guard.setSingleShot(True)
    guard.timeout.connect(loop.quit)
    guard.start(LIMIT_MS)

    def judge() -> None:
        window.take_scan(text, Source.CAMERA)
        loop.exec()

    spent_ms, _ = timed(judge)
    painted_in_time = guard.isActive()
    guard.stop()
    window.verdict_painted.disconnect(loop.quit)
    if not painted_in_time:
        message = f"no verdict of {text} was painted"
        raise RuntimeError(message)
    window.desk_open.start_over()
    return spent_ms


def _zxing(picture: Image) -> Sequence[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(picture, formats=_QR)
