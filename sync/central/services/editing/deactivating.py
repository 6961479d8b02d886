"""Codes that end by themselves with their last use (document 002)."""

from collections.abc import Sequence

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import CODE_COLUMNS, code_row
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table

MAX_AT_ONCE = 1_000
MAX_ROUNDS = 100


async def deactivate_used_up(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, codes: Sequence[int]
) -> int:
    """Set those of these promo codes to expired that have been used as often as they may; return how many.

    The last use itself does that in its own transaction. What is left are codes whose limit was lowered to their
    uses, or whose campaign has only now been told to end them. The caller's transaction has locked the codes.
    """
    rows = await connection.fetch(
        f"""UPDATE codes c SET status = 'expired', auto_deactivated_at = $3::timestamptz,
            updated_at = $3::timestamptz
        FROM campaigns k
        WHERE c.network_id = $1 AND c.id = ANY ($2::bigint[]) AND k.network_id = $1 AND k.id = c.campaign_id
            AND c.kind = 'PROMO' AND c.status = 'active' AND c.uses >= c.max_uses
            AND COALESCE((k.rules ->> 'auto_deactivate_on_max_uses')::bool, true)
        RETURNING {", ".join("c." + column.strip() for column in CODE_COLUMNS.split(","))}""",  # noqa: S608 - columns are ours
        network_id,
        list(codes),
        moment(clock_of(connection)),
    )
    key = secrets.digest_key(network_id)
    await publish_many(connection, network_id, Table.CODE, [(row["id"], code_row(row, key)) for row in rows])
    return len(rows)


async def deactivate_all_used_up(database: Database, secrets: Secrets, network_id: int) -> int:
    """Find every promo code of a network that should have ended, and end it; return how many.

    In parts, since each code ends by its own uses: what a run that breaks off has not reached, the next one finds.
    """
    ended = 0
    for _ in range(MAX_ROUNDS):
        async with database.network_transaction(network_id) as connection:
            # A code that is being used at this moment ends with that use.
            found = await connection.fetch(
                """SELECT c.id FROM codes c JOIN campaigns k ON k.network_id = $1 AND k.id = c.campaign_id
                WHERE c.network_id = $1 AND c.kind = 'PROMO' AND c.status = 'active' AND c.uses >= c.max_uses
                    AND COALESCE((k.rules ->> 'auto_deactivate_on_max_uses')::bool, true)
                ORDER BY c.id LIMIT $2 FOR NO KEY UPDATE OF c SKIP LOCKED""",
                network_id,
                MAX_AT_ONCE,
            )
            ended += await deactivate_used_up(connection, secrets, network_id, [row["id"] for row in found])
        if len(found) < MAX_AT_ONCE:
            break
    return ended
