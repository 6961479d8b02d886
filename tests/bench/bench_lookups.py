"""How many looks at one guest a second the office answers: the balance, and the cards, of 100,000 guests, over HTTP.

The real central as a process with its embedded PostgreSQL, the load generator as a process of its own; everything
shares this machine's cores. Each guest has two lots of points that expire, two purchases and a card; a thousand
connections ask again as soon as they are answered. Beside it: ``/api/auth/me``, which goes the long way and asks the
database nothing but who is there, by as many connections as two processes take in at once (a thousand would mostly be
told "later", which is answered quickly and says nothing); one that is told "later" all the same counts as refused.
"""

import asyncio
import os
from pathlib import Path
from random import Random

import asyncpg

from tests.bench.a_central import a_central
from tests.bench.measurement import Measurement
from tests.bench.office_load import Load, new_network, sign_in
from tests.bench.processor import spent_by
from tests.builders.central_process import CentralProcess

GUESTS, ASKED = 100_000, 20_000
LOOKING, BESIDE = 1_000, 300
US = 1_000_000
WORKERS = 2
LATER = '"status":503'

_FILL = """
    WITH made AS (
        INSERT INTO guests (network_id, name_cipher, points, purchases)
        SELECT $1, '', 70, 2 FROM generate_series(1, $2::bigint) RETURNING id
    ), limited AS (
        INSERT INTO limits (network_id, kind, subject, guest, total, pool) SELECT $1, 'points', id, 0, 70, 70 FROM made
    ), lots AS (
        INSERT INTO points_lots (network_id, guest_id, id, "left", earned_at, expires_at)
        SELECT $1, id, lot::text, 30 + lot, now(), date_trunc('second', now()) + make_interval(days => lot, secs => id % 86400)
        FROM made, unnest(ARRAY[1, 9]) AS lot
    ), sold AS (
        INSERT INTO guest_transactions (network_id, id, guest_id, kind, at, amount_minor, paid_minor, tier, actor)
        SELECT $1, gen_random_uuid(), id, 'SALE', now(), 5000, 5000, 'BRONZE', 'staff:1' FROM made, generate_series(1, 2)
    )
    INSERT INTO cards (network_id, guest_id, digest) SELECT $1, id, int8send(id) FROM made"""


def run() -> list[Measurement]:
    """Measure balances, cards, and the reference; about a minute."""
    with a_central(workers=WORKERS, then="making guests") as (central, folder):
        return _measure(central, folder)


def _measure(central: CentralProcess, folder: Path) -> list[Measurement]:
    guests = asyncio.run(_fill(central.dsn(), new_network(central, folder)))
    asked = Random(7).sample(guests, ASKED)
    load = Load(central, sign_in(central))
    reference = _looks(central, load, ["/api/auth/me"], '"role":', connections=BESIDE)
    return [
        _figure("lookups.balance", _looks(central, load, [f"/api/guest/{guest}/balance" for guest in asked], '"points":70,'), reference),
        _figure("lookups.card", _looks(central, load, [f"/api/guest/{guest}/cards" for guest in asked], '"active":true'), reference),
    ]  # fmt: skip


def _looks(
    central: CentralProcess, load: Load, paths: list[str], right: str, *, connections: int = LOOKING
) -> dict[str, float]:
    begun = spent_by(central.process.pid)
    measured = load.get(paths, [right, LATER], connections=connections)
    spent = spent_by(central.process.pid).since(begun)
    answered = 1 - measured["refused"] / max(measured["requests"], 1)
    served = measured["with_warm_up"] * answered
    return {
        "per_s": measured["per_s"] * answered,
        "refused_per_s": measured["per_s"] * (1 - answered),
        "p50_ms": measured["p50_ms"],
        "p99_ms": measured["p99_ms"],
        "database_us": spent.database_s * US / served,
        "workers_us": spent.workers_s * US / served,
    }


def _figure(name: str, found: dict[str, float], reference: dict[str, float]) -> Measurement:
    return Measurement(
        name=name, value=found["per_s"], unit="requests/s", goal="≥ 15,000, p99 < 100 ms",
        reference=reference["per_s"], ratio=found["per_s"] / reference["per_s"],
        note=f"p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms, {found['refused_per_s']:,.0f}/s told “later”; "
        f"{found['database_us']:.0f} µs of PostgreSQL and {found['workers_us']:.0f} of workers each; {LOOKING} connections, "
        f"load {os.getloadavg()[0]:.1f}; beside: /api/auth/me, {BESIDE} connections",
    )  # fmt: skip


async def _fill(dsn: str, network: int) -> list[int]:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_FILL, network, GUESTS)
        await connection.execute("ANALYZE guests, cards, limits, points_lots, guest_transactions")
        rows = await connection.fetch("SELECT id FROM guests WHERE network_id = $1", network)
    finally:
        await connection.close()
    return [row["id"] for row in rows]
