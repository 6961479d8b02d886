"""How many events a second central takes in: verified, applied, stored, acknowledged after COMMIT.

Signed journals in batches of 500, sent by several tills at once through the shipping client to the real central
(two worker processes, its embedded PostgreSQL), everything on this machine's cores. Beside it: the same bytes
inserted into the same table by one connection, in batches of the same size, neither verified nor applied.
"""

import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import asyncpg

from sync.central.schema.words import Judged
from sync.protocol.event import event_hash, read_envelope
from sync.protocol.upload import MAX_BATCH_EVENTS, Batch
from tests.bench.fleet import Fleet, FleetTill, a_fleet
from tests.bench.measurement import Measurement
from tests.bench.processor import spent_by

TILLS, BATCHES, WORKERS = 8, 24, 2
US = 1_000_000
WARM_UP = 4
"""Batches of each till that are not measured: until every connection has prepared its statements."""

_BARE = """
    INSERT INTO events (network_id, till_id, incarnation, branch, seq, event, kind, kind_version, hash, body,
        signature, applied)
    SELECT $1, $2, 1, 1000, e.seq, e.event, e.kind, 1, e.hash, e.body, e.signature, true
    FROM unnest($3::bigint[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[])
        AS e (seq, event, kind, hash, body, signature)"""


def run() -> list[Measurement]:
    """Measure one run of all tills at once."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as place:
        print(f"  writing {TILLS * BATCHES * MAX_BATCH_EVENTS:,} events", file=sys.stderr, flush=True)
        with a_fleet(Path(place), TILLS, workers=WORKERS) as fleet:
            for number, till in enumerate(fleet.tills):
                till.pen.day(BATCHES * MAX_BATCH_EVENTS, fleet.codes, fleet.campaign, Random(number))
            sending = [(till, till.pen.batches(MAX_BATCH_EVENTS)) for till in fleet.tills]
            for till, batches in sending:
                _send(till, batches[:1])
            _all_at_once([(till, batches[1:WARM_UP]) for till, batches in sending])
            begun = spent_by(fleet.network.central.process.pid)
            spent_s = _all_at_once([(till, batches[WARM_UP:]) for till, batches in sending])
            spent = spent_by(fleet.network.central.process.pid).since(begun)
            _check(fleet)
            events = TILLS * (BATCHES - WARM_UP) * MAX_BATCH_EVENTS
            value, bare = events / spent_s, asyncio.run(_bare(fleet))
            return [
                Measurement(
                    name="ingest.events", value=value, unit="events/s", goal="≥ 20,000", reference=bare,
                    ratio=value / bare,
                    note=f"{TILLS} tills at once over HTTP, {WORKERS} workers, {os.cpu_count()} cores shared with "
                    f"PostgreSQL, the clients and a load of {os.getloadavg()[0]:.1f}; {spent.database_s * US / events:.0f} µs "
                    f"of PostgreSQL and {spent.workers_s * US / events:.0f} of workers an event; beside: bare inserts",
                )
            ]  # fmt: skip


def _send(till: FleetTill, batches: Sequence[Batch]) -> None:
    for batch in batches:
        ack = till.office.journal(batch)
        if ack.applied != batch.from_seq + len(batch.events) - 1 or ack.cases:
            message = f"not all was taken: {ack}"
            raise RuntimeError(message)


def _all_at_once(sending: Sequence[tuple[FleetTill, Sequence[Batch]]]) -> float:
    threads = [threading.Thread(target=_send, args=each) for each in sending]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def _check(fleet: Fleet) -> None:
    rows = fleet.network.central.rows(
        "SELECT count(*) FILTER (WHERE applied) AS applied FROM events WHERE network_id = $1",
        fleet.network.id,
    )
    judged = fleet.network.central.rows(
        "SELECT DISTINCT judged FROM redemptions WHERE network_id = $1", fleet.network.id
    )
    if judged != [{"judged": Judged.AGREES.value}]:
        message = f"the rules were not asked, or did not agree: {judged}"
        raise RuntimeError(message)
    if rows != [{"applied": TILLS * BATCHES * MAX_BATCH_EVENTS}] or fleet.network.broken_limits():
        message = f"not all was applied: {rows}"
        raise RuntimeError(message)


async def _bare(fleet: Fleet) -> float:
    """Insert the same events into the same table, on a branch of their own and under other ids; events a second."""
    connection = await asyncpg.connect(fleet.network.central.dsn())
    spent, events = 0.0, 0
    try:
        for till in fleet.tills:
            for batch in till.pen.batches(MAX_BATCH_EVENTS):
                envelopes = [read_envelope(event.body) for event in batch.events]
                begun = time.perf_counter()
                async with connection.transaction():
                    await connection.execute(
                        _BARE,
                        till.pen.network,
                        till.pen.till,
                        [envelope.seq for envelope in envelopes],
                        [event_hash(event.signature)[:16].hex() for event in batch.events],
                        [envelope.kind for envelope in envelopes],
                        [event_hash(event.body) for event in batch.events],
                        [event.body for event in batch.events],
                        [event.signature for event in batch.events],
                    )
                spent += time.perf_counter() - begun
                events += len(envelopes)
    finally:
        await connection.close()
    return events / spent
