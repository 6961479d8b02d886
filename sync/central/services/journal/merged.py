"""Numbers of guests who turned out to be somebody else."""

from collections.abc import Collection

import asyncpg

from sync.central.schema.numbers import MAX_ID

MAX_MERGES = 8
"""How many registrations of one guest may lead to each other."""


async def read_merged(
    connection: asyncpg.Connection, network_id: int, guests: Collection[int]
) -> dict[int, int]:
    """Return, of these guests, those who turned out to be somebody else, and who that is."""
    found: dict[int, int] = {}
    asked = {guest for guest in guests if 0 < guest <= MAX_ID}
    for _ in range(MAX_MERGES):
        if not asked:
            break
        rows = await connection.fetch(
            """SELECT id, merged_into FROM guests
            WHERE network_id = $1 AND id = ANY ($2::bigint[]) AND merged_into IS NOT NULL""",
            network_id,
            list(asked),
        )
        step = {row["id"]: row["merged_into"] for row in rows}
        found = {guest: step.get(kept, kept) for guest, kept in found.items()} | {
            guest: kept for guest, kept in step.items() if guest in guests and guest not in found
        }
        asked = set(step.values())
    return found
