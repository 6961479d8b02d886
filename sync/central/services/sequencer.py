"""The sequencer: stamps committed outbox rows with a gapless number for each network (DESIGN 6).

A cursor over the outbox's own ids would miss rows: an id is taken before its transaction commits. So rows
get their number afterwards, under a lock of the network's row, when they are there for everybody to see.
"""

import asyncpg

FEED_CHANNEL = "countersign_feed"
"""NOTIFY channel that wakes waiting readers; the payload is the network's id."""

MAX_STAMPED_AT_ONCE = 5_000


async def stamp(connection: asyncpg.Connection, network_id: int) -> int:
    """Give one network's committed rows their numbers (at most ``MAX_STAMPED_AT_ONCE``); return how many.

    Runs in a transaction of that network at READ COMMITTED. The statement after the lock sees everything
    that was committed before the lock was had, so that no two calls number one row.
    """
    head = await connection.fetchval(
        "SELECT feed_head FROM networks WHERE id = $1 FOR NO KEY UPDATE", network_id
    )
    if head is None:
        return 0
    stamped: int = await connection.fetchval(
        """WITH waiting AS (
            SELECT id, row_number() OVER (ORDER BY id) AS place
            FROM (SELECT id FROM outbox WHERE network_id = $1 AND number IS NULL ORDER BY id LIMIT $3) AS first
        ), numbered AS (
            UPDATE outbox SET number = $2 + waiting.place
            FROM waiting WHERE outbox.network_id = $1 AND outbox.id = waiting.id RETURNING 1
        )
        SELECT count(*) FROM numbered""",
        network_id,
        head,
        MAX_STAMPED_AT_ONCE,
    )
    if stamped:
        await connection.execute(
            "UPDATE networks SET feed_head = $2 WHERE id = $1", network_id, head + stamped
        )
        await connection.execute("SELECT pg_notify($1, $2)", FEED_CHANNEL, str(network_id))
    return stamped
