"""Changes of a network with a million codes: how fast a till takes them, and how soon it has one.

A thousand changes are applied to the till's encrypted replica, as one page of the feed; beside it the same
thousand rows are written by id into the same table of the same file, and nothing else. Then one change after
the other is committed at the real central while the till is idle, and measured until the till finds it.
"""

import asyncio
import shutil
import sys
import time
from functools import partial
from random import Random
from statistics import median

import asyncpg

from sync.central.database import enter_network
from sync.central.services.feed_rows import CODE_COLUMNS, code_row
from sync.central.services.outbox import publish
from sync.protocol.code_columns import own_of
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import MAX_WAIT_MS, Change, CodeRow, FeedPage, Table
from sync.protocol.wire import pack
from sync.rules.code import Code, Kind
from sync.rules.normalise import fold
from sync.till.cache.found import FoundCode
from sync.till.cache.replica import Cache
from sync.till.enrol import enrol
from sync.till.home import TillHome
from sync.till.sqlcipher import CACHE, connect, transaction
from tests.bench.measurement import Measurement
from tests.bench.million import CODES, Million, a_million
from tests.bench.timing import MS_PER_S, percentile, timed_ms
from tests.builders.patience import LONG_S
from tests.builders.working_till import WorkingTill

CHANGES = 1_000
ROUNDS = 15
LATE_ONES = 200


def run() -> list[Measurement]:
    """Measure both; a minute or two."""
    with a_million() as million:
        home = TillHome(million.folder / "till")
        print("  a till takes its snapshot", file=sys.stderr, flush=True)
        code = million.network.invite("Till")["code"]
        enrol(home, code=code, central=million.central.url, app_version="1")
        till = WorkingTill(home, poll_ms=MAX_WAIT_MS)
        try:
            late_ms = asyncio.run(_until_found(million, till))
            applied_ms, bare_ms = _applied(million, till)
        finally:
            till.close()
        return [
            Measurement(
                name="changes.apply_1000", value=median(applied_ms), unit="ms", goal="≤ 150 ms",
                reference=median(bare_ms), ratio=median(applied_ms) / median(bare_ms),
                note=f"of {CODES:,} codes, median of {ROUNDS} pages, slowest {max(applied_ms):.0f} ms; beside: "
                "bare updates by id in the same file",
            ),
            Measurement(
                name="changes.commit_to_till.p99", value=percentile(late_ms, 99), unit="ms", goal="≤ 1500 ms",
                note=f"median {median(late_ms):.0f} ms of {LATE_ONES}, from central's COMMIT until the till finds it",
            ),
        ]  # fmt: skip


async def _until_found(million: Million, till: WorkingTill) -> list[float]:
    """Return the milliseconds from COMMIT at central to the till's replica, change by change."""
    digest_key = till.till.secrets.digest_key
    assert digest_key is not None
    connection = await asyncpg.connect(million.central.dsn())
    chance, times = Random(7), []
    try:
        for number in range(LATE_ONES):
            text, name = million.text(chance.randrange(1, CODES + 1)), f"Change {number}"
            async with connection.transaction():
                await enter_network(connection, million.network.id)
                record = await connection.fetchrow(
                    f"UPDATE codes SET name = $3 WHERE network_id = $1 AND code = $2 RETURNING {CODE_COLUMNS}",
                    million.network.id,
                    text,
                    name,
                )
                row = code_row(record, digest_key)
                await publish(connection, million.network.id, Table.CODE, record["id"], row)
            begun = time.perf_counter()
            await asyncio.to_thread(_wait_for, till, text, name)
            times.append((time.perf_counter() - begun) * MS_PER_S)
    finally:
        await connection.close()
    return times


def _wait_for(till: WorkingTill, text: str, name: str) -> None:
    board = till.threads.agent.board
    with board.changed:
        if not board.changed.wait_for(partial(_is_named, till, text, name), LONG_S):
            message = f"{text} did not reach the till"
            raise RuntimeError(message)


def _is_named(till: WorkingTill, text: str, name: str) -> bool:
    found = till.files.call(lambda: till.till.cache.find(text))
    return isinstance(found, FoundCode) and found.code.name == name


def _applied(million: Million, till: WorkingTill) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each page, and of bare updates of as many rows, on copies of the replica."""
    secrets = till.till.secrets
    till.files.call(till.till.cache.close)
    ours, bare = million.folder / "ours.db", million.folder / "bare.db"
    for copy in (ours, bare):
        shutil.copy(till.till.home.cache_file, copy)
    cache = Cache(ours, secrets.file_key, secrets.digest_key)
    beside = connect(bare, secrets.file_key, CACHE)
    (campaign,) = beside.execute("SELECT id FROM campaigns").fetchone()
    epoch, number = cache.cursor()
    chance, applied_ms, bare_ms = Random(11), [], []
    for turn in range(ROUNDS):
        chosen = chance.sample(range(1, CODES + 1), CHANGES)
        # Central's ids run on from the one code that was there before the million.
        codes = [
            Code(id=1 + n, campaign_id=campaign, kind=Kind.VOUCHER, name=f"Turn {turn}", max_uses=5)
            for n in chosen
        ]
        assert secrets.digest_key is not None
        digests = [keyed_digest(secrets.digest_key, Subject.CODE, fold(million.text(n))) for n in chosen]
        changes = tuple(
            # As central tells it: the text is the one that the code was made with.
            Change(
                Table.CODE, code.id, turn + 1_000, pack(CodeRow(code=code, digests=(digest,), text_version=0))
            )
            for code, digest in zip(codes, digests, strict=True)
        )
        page = FeedPage(epoch=epoch, number=number + turn + 1, head=number + turn + 1, changes=changes)
        applied_ms.append(timed_ms(partial(cache.apply_page, page)))
        rows = [(turn + 1_000, own_of(code), code.id) for code in codes]

        def update(rows: list[tuple[object, ...]] = rows) -> None:  # type: ignore[assignment]
            with transaction(beside):
                beside.executemany("UPDATE codes SET version = ?, own = ? WHERE id = ?", rows)

        bare_ms.append(timed_ms(update))
    if not isinstance(cache.find(million.text(chosen[0])), FoundCode) or cache.status().codes != CODES + 1:
        message = "the pages were not applied"
        raise RuntimeError(message)
    cache.close()
    beside.close()
    return applied_ms, bare_ms
