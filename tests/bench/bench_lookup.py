"""Look-up and verdict in an encrypted replica of 10 thousand and 1 million codes.

With ``COUNTERSIGN_BENCH_CODES=10000000`` a replica of 10 million is made and measured too (some minutes, some
gigabytes).
"""

import os
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

from sync.protocol.code_columns import ColumnLine, codes_part, digests_part, filed, shape_of
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import CampaignRow, Change, ChunkInfo, Manifest, Table
from sync.protocol.wire import pack
from sync.rules.code import Code
from sync.rules.evaluate import evaluate
from sync.rules.moment import Moment
from sync.rules.normalise import fold
from sync.till.cache.found import FoundCode
from sync.till.cache.replica import Cache
from tests.bench.measurement import Measurement
from tests.bench.timing import percentile
from tests.builders.rules import HERE, NOON, a_basket, a_campaign

KEY, DIGEST_KEY = bytes(range(32)), bytes(range(32, 64))
SMALL, LARGE = 10_000, 1_000_000
CHUNK = 50_000
ROUNDS, LOOKS = 5, 2_000
CAMPAIGN = a_campaign(zone="Europe/Berlin", ends_on="2027-01-01", min_basket_minor=500)


def run() -> list[Measurement]:
    """Measure each size in a folder of its own; the smallest is the others' reference."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        sizes = sorted({SMALL, LARGE, int(os.environ.get("COUNTERSIGN_BENCH_CODES", LARGE))})
        measured: list[Measurement] = []
        reference: float | None = None
        for codes in sizes:
            spent_ms = _spent_ms(Path(folder) / f"{codes}.db", codes)
            rounds = [spent_ms[start : start + LOOKS] for start in range(0, len(spent_ms), LOOKS)]
            # One round that another program's burst falls into must not decide: the middle one of five does.
            p99 = median(percentile(one, 99) for one in rounds)
            measured.append(
                Measurement(
                    name=f"rules.lookup_evaluate.{codes}.p99",
                    value=p99,
                    unit="ms",
                    goal="≤ 0.3 ms"
                    if codes == LARGE
                    else "≤ 1.5 × 10 thousand"
                    if codes > LARGE
                    else "reference",
                    reference=reference,
                    ratio=None if reference is None else p99 / reference,
                    note=f"median {median(spent_ms):.3f} ms; the middle p99 of {ROUNDS} rounds of {LOOKS:,} codes",
                )
            )
            reference = reference or p99
        return measured


def _spent_ms(path: Path, codes: int) -> list[float]:
    """Fill a replica, then find and judge codes at random, as a scan does."""
    cache = Cache(path, KEY, DIGEST_KEY)
    try:
        _fill(cache, codes)
        moment, basket = Moment(at_ms=NOON, uncertainty_ms=250), a_basket(1_250, 399)
        chance = Random(codes)
        wanted = [_text(chance.randrange(1, codes + 1)) for _ in range(LOOKS * (ROUNDS + 1))]
        spent: list[float] = []
        for text in wanted:
            start = time.perf_counter_ns()
            found = cache.find(text)
            assert isinstance(found, FoundCode), text
            verdict = evaluate(found.code, found.campaign, None, basket, moment, HERE)
            spent.append((time.perf_counter_ns() - start) / 1_000_000)
            assert verdict.accepted, verdict.reason
        return spent[LOOKS:]
    finally:
        cache.close()


def _fill(cache: Cache, codes: int) -> None:
    """Build the replica as a till does from a snapshot: codes by id, then their digests in order."""
    sizes = [min(CHUNK, codes - start) for start in range(0, codes, CHUNK)]
    manifest = Manifest(
        snapshot=1, network=1, epoch="bench", number=1, rows=1 + 2 * codes,
        chunks=tuple(ChunkInfo(0, b"", rows) for rows in (1, *sizes, *sizes)),
    )  # fmt: skip
    rebuild = cache.begin_rebuild(manifest)
    rebuild.add(0, [Change(Table.CAMPAIGN, CAMPAIGN.id, 1, pack(CampaignRow(campaign=CAMPAIGN)))])
    shape = shape_of(Code(id=1, campaign_id=CAMPAIGN.id, kind=CAMPAIGN.kind, max_uses=5))
    digests = sorted(
        filed(keyed_digest(DIGEST_KEY, Subject.CODE, fold(_text(code_id))), code_id)
        for code_id in range(1, codes + 1)
    )
    for chunk, start in enumerate(range(0, codes, CHUNK), start=1):
        ids = range(start + 1, min(start + CHUNK, codes) + 1)
        rebuild.add(chunk, codes_part([ColumnLine(code_id, 1, 0, None) for code_id in ids], [shape]))
    for chunk, start in enumerate(range(0, codes, CHUNK), start=1 + len(sizes)):
        rebuild.add(chunk, digests_part(digests[start : start + CHUNK]))
    rebuild.finish()


def _text(code_id: int) -> str:
    return f"SPRING-{code_id * 2_654_435_761 % 2**32:08X}"
