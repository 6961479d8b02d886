"""What a redemption costs on disk, beside the least that any durable record could cost on the same disk.

Ours: one event (canonical bytes, hash, signature), the debit of its lease and its receipt number in one
encrypted transaction. Beside it: the same bytes put into a bare table by Python's own sqlite3, WAL and
synchronous=FULL too, turn by turn in the same run on the same disk. Then looking up codes in the encrypted
replica and judging them.
"""

import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sync.protocol.event import Spend
from sync.protocol.feed import Change, CodeRow, Table
from sync.protocol.payloads import Payload
from sync.protocol.wire import pack
from sync.rules.code import Code, Kind
from sync.rules.evaluate import evaluate
from sync.rules.moment import Moment
from sync.rules.sale import Basket, Line, Place
from sync.till.cache.found import FoundCode
from sync.till.cache.replica import Cache
from sync.till.journal.entries import Entry
from tests.bench.measurement import Measurement
from tests.builders.till import (
    DIGEST_KEY,
    FILE_KEY,
    campaign_change,
    code_digests,
    enrolled_till,
    fill,
    leased,
    redemption,
)

BUILD = Path(__file__).resolve().parents[2] / "build"
COMMITS = 1_000
WARM_UP = 50
FSYNCS = 200
LOOK_UPS = 5_000
CHUNK_ROWS = 20_000
MAX_BUILD_S = 90
NOON = 1_800_000_000_000


def run() -> list[Measurement]:
    """Measure commits first, then look-ups in replicas of growing size."""
    with _folder() as folder:
        return [*_commits(folder), *_look_ups(folder)]


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


def _look_ups(folder: Path) -> list[Measurement]:
    measured = []
    codes_per_s = 0.0
    for codes, label in ((10_000, "10k"), (100_000, "100k"), (1_000_000, "1M")):
        if codes_per_s and codes / codes_per_s > MAX_BUILD_S:
            print(
                f"… {label} codes left out: building them would take {codes / codes_per_s:.0f} s",
                file=sys.stderr,
            )
            break
        path = folder / f"cache-{label}.db"
        cache = Cache(path, FILE_KEY, DIGEST_KEY)
        started = time.perf_counter()
        _fill(cache, codes)
        built_s = time.perf_counter() - started
        codes_per_s = codes / built_s
        times = _timed_look_ups(cache, codes)
        cache.close()
        note = f"built in {built_s:.1f} s, {path.stat().st_size / 1e6:.0f} MB on disk"
        measured += [
            Measurement(
                name=f"lookup.{label}.median", value=_percentile(times, 50), unit="ms", goal="p99 ≤ 1 ms", note=note
            ),
            Measurement(
                name=f"lookup.{label}.p99", value=_percentile(times, 99), unit="ms", goal="p99 ≤ 1 ms",
                note="text → digest → encrypted replica → verdict",
            ),
        ]  # fmt: skip
    return measured


def _fill(cache: Cache, codes: int) -> None:
    """Build a replica as a snapshot does: chunks in the order of the codes' digests."""
    rows = sorted((code_digests(f"CODE-{number}"), number) for number in range(codes))
    chunks = [
        [_code(number, digests) for digests, number in rows[start : start + CHUNK_ROWS]]
        for start in range(0, codes, CHUNK_ROWS)
    ]
    fill(cache, [campaign_change()], *chunks)


def _code(number: int, digests: tuple[bytes, ...]) -> Change:
    code = Code(id=number + 1, campaign_id=5, kind=Kind.PROMO, name="Summer", max_uses=1)
    return Change(Table.CODE, code.id, 1, pack(CodeRow(code=code, digests=digests)))


def _timed_look_ups(cache: Cache, codes: int) -> list[float]:
    chance = random.Random(codes)
    basket = Basket(lines=(Line(amount_minor=2_500),))
    place = Place(restaurant_id=2, till_id=3)
    moment = Moment(at_ms=NOON, uncertainty_ms=250, zone="Europe/Berlin")

    def look_up(text: str) -> None:
        found = cache.find(text)
        if not isinstance(found, FoundCode) or found.campaign is None:
            message = f"{text} is not in the replica"
            raise TypeError(message)
        evaluate(found.code, found.campaign, None, basket, moment, place)

    return [_timed(partial(look_up, f"CODE-{chance.randrange(codes)}")) for _ in range(LOOK_UPS)]


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
