"""What a redemption costs on disk, beside the least that any durable record could cost on the same disk.

Ours: one event (canonical bytes, hash, signature), the debit of its lease and its receipt number in one
encrypted transaction. Beside it: the same bytes put into a bare table by Python's own sqlite3, WAL and
synchronous=FULL too, turn by turn in the same run on the same disk.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sync.protocol.event import Spend
from sync.protocol.payloads import Payload
from sync.till.journal.entries import Entry
from tests.bench.measurement import Measurement
from tests.bench.timing import percentile, timed_ms
from tests.builders.till import (
    enrolled_till,
    leased,
    redemption,
)

BUILD = Path(__file__).resolve().parents[2] / "build"
COMMITS = 1_000
WARM_UP = 50
FSYNCS = 200


def run() -> list[Measurement]:
    """Measure commits beside bare inserts."""
    with _folder() as folder:
        return _commits(folder)


def _commits(folder: Path) -> list[Measurement]:
    till = enrolled_till(folder)
    lease = leased(till, units=COMMITS + WARM_UP)

    def with_receipt(_: int) -> Payload:
        return redemption()

    def ours() -> None:
        till.journal.commit([Entry(payload=with_receipt, spends=(Spend(lease, 1),))])

    ours()
    batch = till.journal.unsettled()
    if batch is None:
        message = "what was committed is not there"
        raise RuntimeError(message)
    content = batch.events[-1].body + batch.events[-1].signature
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE events (position INTEGER PRIMARY KEY, content BLOB NOT NULL)")

    def bare() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO events (content) VALUES (?)", (content,))
        connection.execute("COMMIT")

    for _ in range(WARM_UP - 1):
        ours()
        bare()
    both = [_turn(ours, bare, first=turn % 2 == 0) for turn in range(COMMITS)]
    connection.close()
    verified = till.journal.verify()
    till.close()
    if not verified.ok or verified.events != COMMITS + WARM_UP + 1:
        message = f"the journal does not hold what was committed: {verified}"
        raise RuntimeError(message)
    fsync = median(_fsyncs(folder))
    note = (
        f"{len(content)} bytes, {COMMITS} turns each on {file_system_of(folder)}; a bare 4 KiB append + fsync here: "
        f"{fsync:.2f} ms"
    )
    return [
        _beside(
            "commit.median", "≤ 1.5× a bare insert", [a for a, _ in both], [b for _, b in both], 50, note
        ),
        _beside(
            "commit.p99", "≤ 1.5× a bare insert", [a for a, _ in both], [b for _, b in both], 99, "its p99"
        ),
    ]


def _turn(ours: Callable[[], None], bare: Callable[[], None], *, first: bool) -> tuple[float, float]:
    """Time both once, each first in every other turn: what one leaves to the disk must not burden the other."""
    if first:
        return timed_ms(ours), timed_ms(bare)
    beside = timed_ms(bare)
    return timed_ms(ours), beside


def _beside(
    name: str, goal: str, ours: list[float], bare: list[float], percent: int, note: str
) -> Measurement:
    value, reference = percentile(ours, percent), percentile(bare, percent)
    return Measurement(
        name=name, value=value, unit="ms", goal=goal, reference=reference, ratio=value / reference, note=note
    )


def _fsyncs(folder: Path) -> Iterator[float]:
    handle = os.open(folder / "fsync", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def append() -> None:
        os.write(handle, bytes(4096))
        os.fsync(handle)

    for _ in range(FSYNCS):
        yield timed_ms(append)
    os.close(handle)


@contextmanager
def _folder() -> Iterator[Path]:
    """Use a folder on the project's own disk: a temporary one may lie in memory, where fsync costs nothing."""
    BUILD.mkdir(exist_ok=True)
    kind = file_system_of(BUILD)
    if kind in IN_MEMORY:
        message = f"{BUILD} lies in memory ({kind}), where fsync costs nothing: clone to a real disk"
        raise RuntimeError(message)
    folder = Path(tempfile.mkdtemp(prefix="bench-commit-", dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


IN_MEMORY = ("tmpfs", "ramfs")


def file_system_of(folder: Path) -> str:
    """Return the type of the file system that a folder lies on, "" where Linux's list of mounts is not to be had."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    found = [line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines()]
    around = [(len(place), kind) for place, kind in found if folder.resolve().is_relative_to(place)]
    return max(around)[1] if around else ""
