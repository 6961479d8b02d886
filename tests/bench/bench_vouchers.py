"""Document 003's load: a thousand scans of one voucher at once, and figures of vouchers with ten million scans stored.

The real central as a process with its embedded PostgreSQL; the load comes from this process over HTTP. Scans are filled
in past the office, by statements, with what its job adds up of them; that takes some minutes, which are told.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

import asyncpg

from tests.bench.a_central import a_central
from tests.bench.asking_all import Answer, ask_all, request
from tests.bench.measurement import Measurement
from tests.bench.served_office import ServedOffice
from tests.bench.timing import percentile

BURST, BURSTS = 1_000, 5
SCANS, VOUCHERS, GUESTS, DAYS = 10_000_000, 1_000, 2_000, 60
AT_ONCE = 1_000_000
LOOKS, LOOKERS = 400, 4
LOOK_EVERY_S = 0.2
MAX_MADE_S = 120.0

_SCANS = """
    INSERT INTO scans (network_id, at, id, code_id, guest_id, type, source, personal)
    SELECT $1, now() - interval '1 day' * ($5::int * n / $4::float8), gen_random_uuid(),
        $2 + n * 7919 % $3, CASE WHEN n % 2 = 0 THEN 1 + n * 31 % $6 END,
        CASE WHEN n % 10 = 0 THEN 'BUSINESS' ELSE 'CUSTOMER' END,
        (ARRAY['CAMERA', 'GALLERY', 'LINK', 'SHARE'])[1 + n % 4], false
    FROM generate_series($7::bigint, $7 + $8 - 1) AS n
"""
_ADDED_UP = (
    """INSERT INTO voucher_days (network_id, code_id, day, type, source, count)
    SELECT $1, code_id, (at AT TIME ZONE 'UTC')::date, type, source, count(*) FROM scans WHERE network_id = $1
    GROUP BY 2, 3, 4, 5""",
    """INSERT INTO voucher_guests (network_id, code_id, guest_id)
    SELECT DISTINCT $1::bigint, code_id, guest_id FROM scans WHERE network_id = $1 AND guest_id IS NOT NULL""",
    """INSERT INTO day_guests (network_id, day, guest_id)
    SELECT DISTINCT $1::bigint, (at AT TIME ZONE 'UTC')::date, guest_id FROM scans
    WHERE network_id = $1 AND guest_id IS NOT NULL""",
    """INSERT INTO voucher_places (network_id, code_id, place, count)
    SELECT $1, code_id, 'Town ' || code_id % 40, count(*) FROM scans WHERE network_id = $1 GROUP BY 2""",
)


def run() -> list[Measurement]:
    """Measure scans first, then fill ten million in and measure what the office looks at."""
    with a_central(workers=2) as (central, _):
        office = ServedOffice(central)
        vouchers = _vouchers(office)
        scanned = _bursts(office, vouchers[0])
        filled = asyncio.run(_fill(central.dsn(), office.network, len(vouchers)))
        return [*scanned, *_looks(office, vouchers, filled)]


def _vouchers(office: ServedOffice) -> list[dict[str, Any]]:
    order = office.ask(
        "/api/codes/bulk", {"kind": "VOUCHER", "count": VOUCHERS, "name": "Soup", "max_uses": None}
    )
    ends_s = time.perf_counter() + MAX_MADE_S
    while office.ask(f"/api/codes/bulk/{order['id']}")["status"] != "done":
        if time.perf_counter() > ends_s:
            message = "the vouchers were not made"
            raise RuntimeError(message)
        time.sleep(LOOK_EVERY_S)
    pages = [office.ask(f"/api/v1/vouchers?limit=200&page={page}") for page in range(1, 1 + VOUCHERS // 200)]
    return sorted((item for page in pages for item in page["items"]), key=lambda item: int(item["codeId"]))


def _bursts(office: ServedOffice, voucher: dict[str, Any]) -> list[Measurement]:
    """Let a thousand people who are nobody known scan one poster at the same moment, again and again."""
    scan = request("POST", f"/api/v1/vouchers/{voucher['id']}/scan", {}, b'{"scanSource":"CAMERA"}')
    ask_all(office.central.url, [scan] * 50, connections=10)
    waits: list[float] = []
    began = time.perf_counter()
    for _ in range(BURSTS):
        answers = ask_all(office.central.url, [scan] * BURST, connections=BURST)
        _require(answers, 201)
        waits += [answer.ms for answer in answers]
    spent = time.perf_counter() - began
    counted = office.ask(f"/api/v1/vouchers/{voucher['id']}/analytics")["totalScans"]
    if counted != BURSTS * BURST + 50:
        message = f"{counted} scans were counted of {BURSTS * BURST + 50}"
        raise RuntimeError(message)
    looks = ask_all(office.central.url, [request("GET", "/health", {})] * BURST, connections=BURST)
    health = percentile([answer.ms for answer in looks], 99)
    p99 = percentile(waits, 99)
    return [
        Measurement(
            name="vouchers.scans_p99", value=p99, unit="ms", goal="p99 < 200 ms, all counted",
            reference=health, ratio=p99 / health,
            note=f"{BURST:,} at once, {BURSTS} times, p50 {percentile(waits, 50):.0f} ms, {BURSTS * BURST / spent:,.0f}/s "
            f"with connecting, all {counted:,} counted; beside: as many GET /health at once; {_shared()}",
        )
    ]  # fmt: skip


def _looks(office: ServedOffice, vouchers: Sequence[dict[str, Any]], filled: float) -> list[Measurement]:
    paths = {
        "analytics": [
            f"/api/v1/vouchers/{vouchers[n * 37 % VOUCHERS]['id']}/analytics" for n in range(LOOKS)
        ],
        "list": [f"/api/v1/vouchers?limit=50&page={1 + n % 20}" for n in range(LOOKS)],
        "attempts": [f"/api/v1/vouchers/{vouchers[n * 37 % VOUCHERS]['id']}/attempts" for n in range(LOOKS)],
        "alerts": ["/api/alerts"] * (LOOKS // 10),
        "metrics": ["/metrics"] * (LOOKS // 10),
    }
    plain = ask_all(
        office.central.url, [request("GET", "/api/auth/me", office.headers)] * LOOKS, connections=LOOKERS
    )
    beside = percentile([answer.ms for answer in plain], 99)
    measured = []
    for name, wanted in paths.items():
        answers = ask_all(
            office.central.url,
            [request("GET", path, office.headers) for path in wanted],
            connections=LOOKERS,
        )
        _require(answers, 200)
        waits = [answer.ms for answer in answers]
        p99 = percentile(waits, 99)
        measured.append(
            Measurement(
                name=f"vouchers.{name}_p99", value=p99, unit="ms", goal="p99 < 300 ms with 10,000,000 scans",
                reference=beside, ratio=p99 / beside,
                note=f"{len(waits)} looks over {LOOKERS} connections, p50 {percentile(waits, 50):.0f} ms; {SCANS:,} scans "
                f"filled in within {filled:.0f} s; beside: GET /api/auth/me; {_shared()}",
            )
        )  # fmt: skip
    total = json.loads(answered(office, f"/api/v1/vouchers/{vouchers[1]['id']}/analytics"))["totalScans"]
    if total != SCANS // VOUCHERS:
        message = f"a voucher shows {total} scans of {SCANS // VOUCHERS}"
        raise RuntimeError(message)
    return measured


def answered(office: ServedOffice, path: str) -> bytes:
    """Return one answer's body."""
    return ask_all(office.central.url, [request("GET", path, office.headers)], connections=1)[0].body


async def _fill(dsn: str, network: int, vouchers: int) -> float:
    """Store ten million scans and what is added up of them; return the seconds it took."""
    print(f"  filling {SCANS:,} scans in", file=sys.stderr, flush=True)
    connection = await asyncpg.connect(dsn)
    try:
        began = time.perf_counter()
        await connection.execute(
            "SELECT make_scan_month((now() - make_interval(months => m))::date) FROM generate_series(0, 3) AS m"
        )
        # Indexes are made again afterwards, as a restore does; the figures are of the very same ones.
        indexes = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'scans' AND indexname <> 'pk_scans'"
        )
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        await connection.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
        first = await connection.fetchval("SELECT min(id) FROM codes WHERE network_id = $1", network)
        for start in range(0, SCANS, AT_ONCE):
            await connection.execute(
                _SCANS, network, first, vouchers, SCANS, DAYS, GUESTS, start, min(AT_ONCE, SCANS - start)
            )
            print(f"  {start + AT_ONCE:,}", file=sys.stderr, flush=True)
        await connection.execute("DELETE FROM scans_waiting WHERE network_id = $1", network)
        for table in ("voucher_days", "voucher_guests", "day_guests", "voucher_places"):
            await connection.execute(f"DELETE FROM {table} WHERE network_id = $1", network)
        await connection.execute("DELETE FROM scans WHERE network_id = $1 AND personal", network)
        for index in indexes:
            await connection.execute(index["indexdef"])
        for statement in _ADDED_UP:
            await connection.execute(statement, network)
        await connection.execute("ANALYZE")
        return time.perf_counter() - began
    finally:
        await connection.close()


def _require(answers: Sequence[Answer], status: int) -> None:
    wrong = [answer for answer in answers if answer.status != status]
    if wrong:
        message = f"{len(wrong)} answers were not {status}: {wrong[0]}"
        raise RuntimeError(message)


def _shared() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores shared with PostgreSQL and the load generator"
