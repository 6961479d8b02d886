"""How long a million codes take to be made: drawn, stored with their limits, and ready for every till's feed.

The real central as a process with its embedded PostgreSQL; the order comes over HTTP, as the office places it.
Beside it: COPY of the very same rows into the same three tables, by a superuser past row-level security.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

import asyncpg

from tests.bench.a_central import a_central
from tests.bench.measurement import Measurement
from tests.bench.served_office import ServedOffice
from tests.bench.timing import MS_PER_S, timed

CODES = 1_000_000
LOOK_EVERY_S = 0.2
MAX_S = 600.0
_TABLES = {
    "codes": "network_id, id, campaign_id, kind, code, folded, name, max_uses, batch_id, version",
    "limits": "network_id, kind, subject, total, pool",
    "outbox": "network_id, tab, subject, version, row",
}
_OTHER = 999_999


def run() -> list[Measurement]:
    """Make a million codes, load their file, copy the same rows; about three minutes."""
    with a_central(workers=2) as (central, folder):
        office = ServedOffice(central)
        print("  making a million codes", file=sys.stderr, flush=True)
        order = office.ask("/api/codes/bulk", {"kind": "VOUCHER", "count": CODES, "name": "Free soup"})
        spent, looks = _made(office, order["id"])
        file = folder / "codes.csv"
        load_ms, size = timed(lambda: office.load(f"/api/codes/bulk/{order['id']}/codes.csv", file))
        with file.open(encoding="utf-8") as lines:
            distinct = len({line.split(",")[1] for line in lines}) - 1
        if distinct != CODES:
            message = f"the file names {distinct} codes"
            raise RuntimeError(message)
        copied = asyncio.run(_copied(central.dsn(), folder, office.network))
    beside = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return [
        Measurement(
            name="bulk.million_codes", value=spent, unit="s", goal="≤ 60 s", reference=copied, ratio=spent / copied,
            note=f"progress told {looks} times; {beside}; beside: COPY of the same rows of codes, limits and outbox",
        ),
        Measurement(
            name="bulk.csv", value=load_ms / MS_PER_S, unit="s", goal="a stream",
            note=f"{size / 2**20:.0f} MiB of CSV loaded over HTTP",
        ),
    ]  # fmt: skip


def _made(office: ServedOffice, order: int) -> tuple[float, int]:
    """Wait for an order; return its seconds, and how many different counts of progress were seen."""
    begun, seen = time.perf_counter(), set()
    while time.perf_counter() < begun + MAX_S:
        now = office.ask(f"/api/codes/bulk/{order}")
        seen.add(now["made"])
        if now["status"] == "done":
            return time.perf_counter() - begun, len(seen)
        if now["status"] not in ("waiting", "running"):
            message = f"the order is {now['status']}: {now['problem']}"
            raise RuntimeError(message)
        time.sleep(LOOK_EVERY_S)
    message = f"not made within {MAX_S} s"
    raise RuntimeError(message)


async def _copied(dsn: str, folder: Path, network: int) -> float:
    """Return the seconds that COPY of the same rows into another network takes."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("INSERT INTO networks (id, name) VALUES ($1, 'Copy')", _OTHER)
        await connection.execute(
            """INSERT INTO campaigns (network_id, id, kind, name, status, rules)
            SELECT $1, id, kind, name, status, rules FROM campaigns WHERE network_id = $2""",
            _OTHER,
            network,
        )
        for table, columns in _TABLES.items():
            own = columns.replace("network_id", str(_OTHER), 1)
            await connection.copy_from_query(
                f"SELECT {own} FROM {table} WHERE network_id = $1 AND {'batch_id > 0' if table == 'codes' else 'true'}",
                network,
                output=folder / table,
            )
        begun = time.perf_counter()
        async with connection.transaction():
            for table, columns in _TABLES.items():
                await connection.copy_to_table(table, source=folder / table, columns=columns.split(", "))
        return time.perf_counter() - begun
    finally:
        await connection.close()
