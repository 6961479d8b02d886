"""From a film's frame to the painted verdict, through everything that ships.

A film of codes is played through the same `cv2.VideoCapture` path as a camera: grabber → decoder → tracker →
signal → counter's thread → encrypted replica → rules → signal → verdict card. The clock starts when a frame
was fetched and stops when the card has painted the answer to the code in that very frame. The preview is
painted all the while, as at a counter, by Qt's own event loop.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measurement import Measurement
from tests.bench.timing import timed

if TYPE_CHECKING:
    from pos_app.scanner.read import Image
    from pos_app.ui.camera_bridge import Seen
    from pos_app.ui.till_window import TillWindow
    from tests.builders.desk import World

CODES = 1_000_000
CHUNK = 50_000
SHOWN = 200
WARM_UP = 20
FRAMES_EACH = 3
FPS = 30
WIDTH, HEIGHT = 1280, 720
GOAL_MS = 33
LIMIT_MS = 120_000


def run() -> list[Measurement]:
    """Measure; the reference is the decoding of the same pictures alone, in the same run."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    from pos_app.ui.app import make_application

    application = make_application()
    pictures = _pictures()
    with tempfile.TemporaryDirectory() as folder:
        film = _film(Path(folder), pictures)
        with _window(Path(folder)) as window:
            scanned = _play(window, film)
        application.processEvents()
    decoded = _decode(pictures)
    note = (
        f"{CODES:,} codes in the replica, {WIDTH}×{HEIGHT}, {len(scanned)} scans; reference: decoding alone"
    )
    median, decode_median = statistics.median(scanned), statistics.median(decoded)
    p99, decode_p99 = _p99(scanned), _p99(decoded)
    return [
        Measurement(
            name="scan_to_verdict_median",
            value=median,
            unit="ms",
            goal="≤ 10 ms",
            reference=decode_median,
            ratio=median / decode_median,
            note=note,
        ),
        Measurement(
            name="scan_to_verdict_p99",
            value=p99,
            unit="ms",
            goal=f"p99 ≤ {GOAL_MS} ms",
            reference=decode_p99,
            ratio=p99 / decode_p99,
            note=note,
        ),
    ]


class _StopWatch:
    """Notes when a code's picture was fetched, and when the answer to that code was painted."""

    def __init__(self, window: "TillWindow", all_taken: Callable[[], object]) -> None:
        self._all_taken = all_taken
        self.taken_ms: list[float] = []
        self._window = window
        self._begun: dict[str, float] = {}
        window.cameras.bridge.seen.connect(self._seen)
        window.verdict_painted.connect(self._painted)

    def _seen(self, seen: "Seen") -> None:
        for read in seen.reads:
            self._begun[_name(int(read.text.rpartition("-")[2]))] = seen.at_ms

    def _painted(self) -> None:
        begun_ms = self._begun.pop(self._window.till.verdict.banner.text.subject, None)
        if begun_ms is not None:
            self.taken_ms.append(time.monotonic() * 1000 - begun_ms)
            self._window.desk_open.start_over()
        if len(self.taken_ms) == SHOWN:
            self._all_taken()


def _play(window: "TillWindow", film: Path) -> list[float]:
    """Play the film once through the window; return the milliseconds of every scan after the warm-up."""
    from PySide6.QtCore import QEventLoop, QTimer

    from pos_app.scanner.sources import film_source

    loop = QEventLoop()
    watch = _StopWatch(window, loop.quit)
    window.cameras.watch(film_source(film))
    QTimer.singleShot(LIMIT_MS, loop, loop.quit)
    loop.exec()
    window.cameras.watch(None)
    if len(watch.taken_ms) < SHOWN:
        message = f"only {len(watch.taken_ms)} of {SHOWN} codes were answered"
        raise RuntimeError(message)
    return watch.taken_ms[WARM_UP:]


def _decode(pictures: "list[Image]") -> list[float]:
    from pos_app.scanner.decoder import Decoder

    decoder, taken_ms = Decoder(), []
    for picture in pictures:
        spent_ms, reads = timed(partial(decoder.decode, picture))
        taken_ms.append(spent_ms)
        if len(reads) != 1:
            message = "a picture of the benchmark cannot be read"
            raise RuntimeError(message)
    return taken_ms[WARM_UP:]


def _pictures() -> "list[Image]":
    from tests.builders.qr_picture import held_up

    return [held_up(_text(number), width=WIDTH, height=HEIGHT, box=9) for number in range(SHOWN)]


def _film(folder: Path, pictures: "list[Image]") -> Path:
    """Each code for a tenth of a second."""
    import cv2

    path = folder / "codes.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    for picture in pictures:
        for _ in range(FRAMES_EACH):
            writer.write(picture)
    writer.release()
    return path


@contextmanager
def _window(folder: Path) -> Iterator["TillWindow"]:
    from tests.builders.till_window import signed_in

    window = signed_in(_a_home_of_many(folder / "till"))
    try:
        yield window
    finally:
        window.close()
        window.language.remove()


def _a_home_of_many(folder: Path) -> Path:
    """Make a till that knows the usual world, the codes that are shown, and as many others as make a million."""
    from sync.protocol.code_columns import ColumnLine, codes_part, digests_part, filed, shape_of
    from sync.protocol.digest import Subject, keyed_digest
    from sync.protocol.feed import ChunkInfo, Manifest
    from sync.rules.code import Code, Kind
    from tests.builders.desk import DIGEST_KEY, NETWORK, a_counter, the_till

    world = _world()
    rest = range(1_000_000, 1_000_000 + CODES - SHOWN)
    digests = sorted(
        filed(keyed_digest(DIGEST_KEY, Subject.CODE, f"OTHER{number}"), number) for number in rest
    )
    pieces = [rest[start : start + CHUNK] for start in range(0, len(rest), CHUNK)]
    sizes = [len(piece) for piece in pieces]
    manifest = Manifest(
        snapshot=1, network=NETWORK, epoch="first", number=1, rows=len(world.changes) + 2 * len(rest),
        chunks=tuple(ChunkInfo(0, b"", rows) for rows in (len(world.changes), *sizes, *sizes)),
    )  # fmt: skip
    till = the_till(a_counter(folder, world, load=False, offline=True))
    rebuild = till.cache.begin_rebuild(manifest, as_of_ms=1_767_268_800_000)
    rebuild.add(0, world.changes)
    shape = shape_of(Code(id=1, campaign_id=1, kind=Kind.PROMO))
    for chunk, piece in enumerate(pieces, start=1):
        rebuild.add(chunk, codes_part([ColumnLine(number, 1, 0, None) for number in piece], [shape]))
    for chunk, start in enumerate(range(0, len(rest), CHUNK), start=1 + len(pieces)):
        rebuild.add(chunk, digests_part(digests[start : start + CHUNK]))
    rebuild.finish()
    till.close()
    return folder


def _world() -> "World":
    """The usual world, and the codes that are shown."""
    from sync.protocol.digest import Subject, keyed_digest
    from sync.protocol.feed import Change, CodeRow, Table
    from sync.protocol.wire import pack
    from sync.rules.code import Code, Kind
    from tests.builders.desk import DIGEST_KEY
    from tests.builders.till_window import a_world

    world = a_world()
    for number in range(SHOWN):
        code = Code(id=10_000 + number, campaign_id=1, kind=Kind.PROMO, name=_name(number))
        digest = keyed_digest(DIGEST_KEY, Subject.CODE, _text(number))
        world.changes.append(Change(Table.CODE, code.id, 1, pack(CodeRow(code=code, digests=(digest,)))))
    return world


def _text(number: int) -> str:
    return f"OFFER-{number:06d}"


def _name(number: int) -> str:
    return f"Offer {number}"


def _p99(taken_ms: list[float]) -> float:
    return statistics.quantiles(taken_ms, n=100, method="inclusive")[98]
