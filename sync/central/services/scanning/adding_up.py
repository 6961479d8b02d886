"""The job's part of the figures: what waits beside the scans is added up, and taken out in the same transaction.

So a figure is what is added up plus what waits, read in one statement: exact at every moment, whoever is scanning.
"""

from datetime import timedelta

import asyncpg

from sync.central.clock import moment
from sync.central.database import Database

MAX_AT_ONCE = 50_000
MAX_ROUNDS = 200
MONTHS_AHEAD = 2
TOLD_KEPT = timedelta(days=90)
"""How long addresses, devices and exact places of scans and attempts are kept (DESIGN: a retention limit)."""
DAYS_OF_GUESTS = timedelta(days=400)
MAX_CLEARED = 20_000

_ADD = """
    WITH taken AS (
        DELETE FROM scans_waiting WHERE network_id = $1 AND id IN (
            SELECT id FROM scans_waiting WHERE network_id = $1 ORDER BY id LIMIT $2
        ) RETURNING code_id, day, type, source, guest_id, place, count
    ), days AS (
        INSERT INTO voucher_days AS d (network_id, code_id, day, type, source, count)
        SELECT $1, code_id, day, type, source, sum(count) FROM taken GROUP BY 2, 3, 4, 5
        ON CONFLICT (network_id, code_id, day, type, source) DO UPDATE SET count = d.count + EXCLUDED.count
    ), places AS (
        INSERT INTO voucher_places AS p (network_id, code_id, place, count)
        SELECT $1, code_id, place, sum(count) FROM taken WHERE place <> '' GROUP BY 2, 3
        ON CONFLICT (network_id, code_id, place) DO UPDATE SET count = p.count + EXCLUDED.count
    ), guests AS (
        INSERT INTO voucher_guests (network_id, code_id, guest_id)
        SELECT DISTINCT $1, code_id, guest_id FROM taken WHERE guest_id IS NOT NULL ON CONFLICT DO NOTHING
    ), visitors AS (
        INSERT INTO day_guests (network_id, day, guest_id)
        SELECT DISTINCT $1, day, guest_id FROM taken WHERE guest_id IS NOT NULL ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM taken
"""
# The second number is the network's id folded to 32 bits, as for the audit log.
_LOCK_CLASS = 0x43_53_56


async def add_up(database: Database, network_id: int, *, at_once: int = MAX_AT_ONCE) -> int:
    """Add up what waits in a network; return how much that was. Another process that does it is left to it.

    In parts: each takes what it adds out of what waits, in one statement, so that figures are exact after any of them.
    """
    added = 0
    for _ in range(MAX_ROUNDS):
        async with database.network_transaction(network_id) as connection:
            mine = await connection.fetchval(
                "SELECT pg_try_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)",
                _LOCK_CLASS,
                network_id,
            )
            taken: int = await connection.fetchval(_ADD, network_id, at_once) if mine else 0
        added += taken
        if taken < at_once:
            break
    return added


async def make_months(database: Database) -> None:
    """Let there be tables for this month's scans and the next ones'."""
    async with database.directory_transaction() as connection:
        await connection.execute(
            """SELECT make_scan_month(($1::timestamptz AT TIME ZONE 'UTC' + make_interval(months => m))::date)
            FROM generate_series(0, $2::int) AS m""",
            moment(database.clock),
            MONTHS_AHEAD,
        )


async def forget_told(database: Database, network_id: int, *, kept: timedelta = TOLD_KEPT) -> None:
    """Take out of old scans and attempts what may tell who it was; that they happened stays."""
    now = moment(database.clock)
    async with database.network_transaction(network_id) as connection:
        await connection.execute(
            """UPDATE scans SET device = '{}', location = NULL, address = NULL, agent = NULL, metadata = '{}',
                personal = false
            WHERE network_id = $1 AND personal AND at < $2 AND (at, id) IN (
                SELECT at, id FROM scans WHERE network_id = $1 AND personal AND at < $2 ORDER BY at LIMIT $3)""",
            network_id,
            now - kept,
            MAX_CLEARED,
        )
        await _forget(connection, network_id, now - kept)
        await connection.execute(
            "DELETE FROM day_guests WHERE network_id = $1 AND day < $2::timestamptz::date",
            network_id,
            now - DAYS_OF_GUESTS,
        )


async def _forget(connection: asyncpg.Connection, network_id: int, before: object) -> None:
    await connection.execute(
        """DELETE FROM attempt_notes WHERE network_id = $1 AND event IN (
            SELECT event FROM attempt_notes WHERE network_id = $1 AND at < $2 ORDER BY at LIMIT $3)""",
        network_id,
        before,
        MAX_CLEARED,
    )
