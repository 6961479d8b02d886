"""What a redemption costs on disk, beside the least that any durable record could cost on the same disk.

Ours: one event (canonical bytes, hash, signature), the debit of its lease and its receipt number in one
encrypted transaction. Beside it: the same bytes put into a bare table by Python's own sqlite3, WAL and
synchronous=FULL too, turn by turn in the same run on the same disk.
"""

import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.protocol.event import Spend
from sync.protocol.payloads import Payload
from sync.till.journal.entries import Entry
from tests.bench.measurement import Measurement
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
    both = [(_timed(ours), _timed(bare)) for _ in range(COMMITS)]
    connection.close()
    verified = till.journal.verify()
    till.close()
    if not verified.ok or verified.events != COMMITS + WARM_UP + 1:
        message = f"the journal does not hold what was committed: {verified}"
        raise RuntimeError(message)
    fsync = statistics.median(_fsyncs(folder))
    note = f"{len(content)} bytes, {COMMITS} turns each; a bare 4 KiB append + fsync here: {fsync:.2f} ms"
    return [
        _beside(
            "commit.median", "≤ 1.5× a bare insert", [a for a, _ in both], [b for _, b in both], 50, note
        ),
        _beside(
            "commit.p99", "≤ 1.5× a bare insert", [a for a, _ in both], [b for _, b in both], 99, "its p99"
        ),
    ]


def _beside(
    name: str, goal: str, ours: list[float], bare: list[float], percent: int, note: str
) -> Measurement:
    value, reference = _percentile(ours, percent), _percentile(bare, percent)
    return Measurement(
        name=name, value=value, unit="ms", goal=goal, reference=reference, ratio=value / reference, note=note
    )


def _fsyncs(folder: Path) -> Iterator[float]:
    handle = os.open(folder / "fsync", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def append() -> None:
        os.write(handle, bytes(4096))
        os.fsync(handle)

    for _ in range(FSYNCS):
        yield _timed(append)
    os.close(handle)


def _timed(work: Callable[[], object]) -> float:
    """Return how long work took, in milliseconds."""
    started = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - started) / 1e6


def _percentile(times: list[float], percent: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


@contextmanager
def _folder() -> Iterator[Path]:
    """Use a folder on the project's own disk: a temporary one may lie in memory, where fsync costs nothing."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-commit-", dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
