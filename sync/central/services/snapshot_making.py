"""How far a snapshot in the making has come: told in transactions of their own, for whoever asks meanwhile."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from sync.central.database import Database
from sync.central.services.snapshot_codes import Told

TOLD_EVERY_S = 0.5
ANNOUNCED_FROM_ROWS = 50_000
"""A smaller snapshot is made before anybody could read how far it is."""


class Making(NamedTuple):
    """Codes packed so far, and codes in all (0 when nobody is making one, or a small one)."""

    done: int
    whole: int


async def how_far(database: Database, network_id: int) -> Making:
    """Return how far the snapshot is that is being made."""
    async with database.network_transaction(network_id) as connection:
        row = await connection.fetchrow(
            "SELECT done, whole FROM snapshot_making WHERE network_id = $1", network_id
        )
    return Making(0, 0) if row is None else Making(row["done"], row["whole"])


@asynccontextmanager
async def making(database: Database, network_id: int, connection: asyncpg.Connection) -> AsyncIterator[Told]:
    """Announce a snapshot while it is made within the caller's transaction; yield where its progress is told."""
    whole: int = await connection.fetchval("SELECT count(*) FROM codes WHERE network_id = $1", network_id)
    told_at = 0.0

    async def told(done: int) -> None:
        nonlocal told_at
        if whole >= ANNOUNCED_FROM_ROWS and time.monotonic() - told_at >= TOLD_EVERY_S:
            await _write(database, network_id, done, whole)
            told_at = time.monotonic()

    await told(0)
    try:
        yield told
    finally:
        if told_at:
            await _remove(database, network_id)


async def _write(database: Database, network_id: int, done: int, whole: int) -> None:
    async with database.network_transaction(network_id) as connection:
        await connection.execute(
            """INSERT INTO snapshot_making (network_id, done, whole) VALUES ($1, $2, $3)
            ON CONFLICT (network_id) DO UPDATE SET done = EXCLUDED.done, whole = EXCLUDED.whole""",
            network_id,
            done,
            whole,
        )


async def _remove(database: Database, network_id: int) -> None:
    async with database.network_transaction(network_id) as connection:
        await connection.execute("DELETE FROM snapshot_making WHERE network_id = $1", network_id)
