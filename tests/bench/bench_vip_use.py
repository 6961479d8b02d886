"""How many uses of VIP codes a second the office decides, one million codes, a thousand connections, over HTTP.

The real central as a process with its embedded PostgreSQL; the load generator is a process of its own; everything
shares this machine's cores. Signed in, each request with an idempotency key of its own, every answer checked. Beside
it: ``pgbench -M prepared`` with 32 clients on the same database, each use one statement that locks the limit and the
code, stores the use and counts it, under the same row-level security: what one statement a request can reach.
"""

import asyncio
import os
import re
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from random import Random

import asyncpg

from sync.central.postgres.binaries import find_binaries
from tests.bench.a_central import a_central
from tests.bench.measurement import Measurement
from tests.bench.office_load import CONNECTIONS, SECONDS, Load, new_network, sign_in
from tests.bench.processor import spent_by
from tests.builders.central_process import CentralProcess

CODES, HOT, PACE = 1_000_000, 10, 5_000
PGBENCH_CLIENTS = 32
US = 1_000_000
WORKERS = 2
_SPREAD = 2_654_435_761

_FILL = """
    WITH made AS (
        INSERT INTO codes (network_id, campaign_id, kind, code, folded, name, max_uses, version)
        SELECT c.network_id, c.campaign_id, c.kind, made.code, replace(made.code, '-', ''), '', 1000000, 1
        FROM codes c, generate_series(1, $2::bigint) AS n,
            LATERAL (SELECT 'M-' || lpad(upper(to_hex(n * 2654435761 % 4294967296)), 8, '0') AS code) AS made
        WHERE c.network_id = $1 AND c.code = 'FIRST' RETURNING id, max_uses
    )
    INSERT INTO limits (network_id, kind, subject, total, pool)
    SELECT $1, 'uses', id, max_uses, max_uses FROM made"""

_SINGLE = """\\set n random(1, {codes})
WITH pool AS MATERIALIZED (
    SELECT l.subject, l.pool FROM codes c JOIN limits l
        ON l.network_id = c.network_id AND l.kind = 'uses' AND l.subject = c.id AND l.guest = 0
    WHERE c.network_id = {network} AND c.folded = 'M' || lpad(upper(to_hex(:n * 2654435761 % 4294967296)), 8, '0')
    FOR NO KEY UPDATE OF l
), held AS MATERIALIZED (
    SELECT c.id, c.campaign_id, c.uses FROM pool p JOIN codes c ON c.network_id = {network} AND c.id = p.subject
    WHERE p.pool > 0 AND c.status = 'active' AND c.uses < c.max_uses FOR NO KEY UPDATE OF c
), stored AS (
    INSERT INTO redemptions (network_id, event, code_id, campaign_id, at, by, source, staff_id, caller, uses_after)
    SELECT {network}, gen_random_uuid(), id, campaign_id, now(), 'online', 'LINK', 1, 'staff:1', uses + 1 FROM held
    ON CONFLICT DO NOTHING RETURNING code_id
), taken AS (
    UPDATE limits l SET pool = pool - 1, spent = spent + 1 FROM stored s
    WHERE l.network_id = {network} AND l.kind = 'uses' AND l.subject = s.code_id AND l.guest = 0
)
UPDATE codes c SET uses = uses + 1 FROM stored s WHERE c.network_id = {network} AND c.id = s.code_id;
"""


def run() -> list[Measurement]:
    """Measure closed loop, paced, on hot codes, and looks; about two minutes."""
    with a_central(workers=WORKERS, then="making a million codes") as (central, folder):
        return _measure(central, folder)


def _measure(central: CentralProcess, folder: Path) -> list[Measurement]:
    network = new_network(central, folder)
    asyncio.run(_fill(central.dsn(), network))
    load = Load(central, sign_in(central))
    codes = [_text(number) for number in Random(7).sample(range(1, CODES + 1), 100_000)]
    begun = spent_by(central.process.pid)
    closed = load.run("/api/vip/use", codes)
    together = spent_by(central.process.pid).since(begun)
    begun = spent_by(central.process.pid)
    single = _pgbench(central, network, folder)
    alone = spent_by(central.process.pid).since(begun)
    paced = load.run("/api/vip/use", codes, rate=PACE)
    hot = load.run("/api/vip/use", codes[:HOT])
    looks = load.run("/api/vip/validate", codes)
    asyncio.run(_check(central.dsn(), network))
    uses = closed["with_warm_up"]
    database_us, workers_us = together.database_s * US / uses, together.workers_s * US / uses
    alone_us = alone.database_s * US / (single * SECONDS)
    shared = f"{CONNECTIONS} connections, {os.cpu_count()} cores shared with PostgreSQL and the load generator, load "
    shared += f"{os.getloadavg()[0]:.1f}"
    return [
        Measurement(
            name="vip_use.closed", value=closed["per_s"], unit="requests/s", goal="≥ 15,000, p99 < 150 ms",
            reference=single, ratio=closed["per_s"] / single,
            note=f"p50 {closed['p50_ms']:.0f} ms, p99 {closed['p99_ms']:.0f} ms; {shared}; beside: pgbench, 32 clients",
        ),
        Measurement(
            name="vip_use.processor", value=database_us + workers_us, unit="µs a use", goal="≤ 0.9 of pgbench's",
            reference=alone_us, ratio=(database_us + workers_us) / alone_us,
            note=f"PostgreSQL {database_us:.0f}, workers {workers_us:.0f}; the machine's other load stretches both alike",
        ),
        Measurement(
            name="vip_use.paced_p99", value=paced["p99_ms"], unit="ms", goal="p99 < 50 ms at 5,000/s",
            note=f"{paced['per_s']:,.0f} requests/s, p50 {paced['p50_ms']:.1f} ms",
        ),
        Measurement(
            name="vip_use.hot", value=hot["per_s"], unit="requests/s", goal="≥ 10,000, nothing over-used",
            reference=single, ratio=hot["per_s"] / single, note=f"{HOT} codes; p99 {hot['p99_ms']:.0f} ms",
        ),
        Measurement(
            name="vip_use.validate", value=looks["per_s"], unit="requests/s", goal="≥ 15,000, p99 < 100 ms",
            note=f"p50 {looks['p50_ms']:.0f} ms, p99 {looks['p99_ms']:.0f} ms",
        ),
    ]  # fmt: skip


def _text(number: int) -> str:
    return f"M-{number * _SPREAD % 2**32:08X}"


async def _fill(dsn: str, network: int) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_FILL, network, CODES)
        await connection.execute("ANALYZE codes, limits, redemptions")
    finally:
        await connection.close()


async def _check(dsn: str, network: int) -> None:
    """Every use is stored once, counted once, and taken from its limit."""
    connection = await asyncpg.connect(dsn)
    try:
        wrong = await connection.fetchval(
            """SELECT count(*) FROM codes c
            JOIN limits l ON l.network_id = $1 AND l.kind = 'uses' AND l.subject = c.id AND l.guest = 0
            LEFT JOIN (SELECT code_id, count(*) AS uses FROM redemptions WHERE network_id = $1 GROUP BY code_id) r
                ON r.code_id = c.id
            WHERE c.network_id = $1 AND (c.uses <> l.spent OR c.uses <> COALESCE(r.uses, 0))""",
            network,
        )
    finally:
        await connection.close()
    if wrong:
        message = f"{wrong} codes are counted differently in codes, limits and redemptions"
        raise RuntimeError(message)


def _pgbench(central: CentralProcess, network: int, folder: Path) -> float:
    """Return how many uses a second one statement a request reaches."""
    script = folder / "single.sql"
    script.write_text(_SINGLE.format(codes=CODES, network=network), encoding="utf-8")
    where = urllib.parse.urlsplit(central.dsn())
    environment = dict(os.environ)
    environment["PGOPTIONS"] = (
        f"-c role=countersign_app -c countersign.network={network} -c plan_cache_mode=force_generic_plan"
    )
    ended = subprocess.run(
        [
            str(find_binaries().program("pgbench")), "-n", "-M", "prepared", "-c", str(PGBENCH_CLIENTS), "-j", "2",
            "-T", str(int(SECONDS)), "-f", str(script), urllib.parse.urlunsplit(where),
        ],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", ended.stdout)
    if found is None:
        message = f"pgbench ended with {ended.returncode}: {ended.stderr[-500:]}"
        raise RuntimeError(message)
    return float(found.group(1))
