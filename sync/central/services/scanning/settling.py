"""What became of claimed vouchers: redeemed by a use that somebody counted, a till or a caller, or over.

Nothing leads out of REDEEMED. What was marked as over and turns out to have been used before (a till without a
network tells late) is redeemed.
"""

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.wallets import show_to_tills

MAX_AT_ONCE = 200
"""Guests whose wallets are brought up to date in one transaction."""
MAX_ROUNDS = 200

_OVER = "(c.expires_at <= $3::timestamptz OR c.status IN ('expired', 'archived'))"


async def settle(connection: asyncpg.Connection, secrets: Secrets, network_id: int, guest_id: int) -> None:
    """Bring one guest's wallet up to date in the caller's transaction; tills hear of what changed."""
    used = await connection.execute(
        """WITH used AS (
            DELETE FROM claims_used WHERE network_id = $1 AND guest_id = $2 RETURNING code_id, at
        )
        UPDATE wallet_claims w SET status = 'REDEEMED', redeemed_at = u.at
        FROM (SELECT code_id, min(at) AS at FROM used GROUP BY code_id) AS u
        WHERE w.network_id = $1 AND w.guest_id = $2 AND w.code_id = u.code_id AND w.status <> 'REDEEMED'""",
        network_id,
        guest_id,
    )
    over = await connection.execute(
        f"""UPDATE wallet_claims w SET status = 'EXPIRED' FROM codes c
        WHERE w.network_id = $1 AND w.guest_id = $2 AND w.status = 'CLAIMED'
            AND c.network_id = $1 AND c.id = w.code_id AND {_OVER}""",  # noqa: S608 - the condition is ours
        network_id,
        guest_id,
        moment(clock_of(connection)),
    )
    if (used, over) != ("UPDATE 0", "UPDATE 0"):
        await show_to_tills(connection, network_id, secrets, guest_id)


async def settle_alone(database: Database, secrets: Secrets, network_id: int, guest_id: int) -> None:
    """Bring one guest's wallet up to date in a transaction of its own."""
    async with database.network_transaction(network_id) as connection:
        await settle(connection, secrets, network_id, guest_id)


async def settle_all(database: Database, secrets: Secrets, network_id: int) -> int:
    """Bring every wallet of a network up to date; return how many.

    In parts, since each wallet stands for itself: what a run that breaks off has not reached, the next one finds.
    """
    settled = 0
    for _ in range(MAX_ROUNDS):
        async with database.network_transaction(network_id) as connection:
            rows = await connection.fetch(
                f"""SELECT guest_id FROM claims_used WHERE network_id = $1
                UNION SELECT w.guest_id FROM wallet_claims w
                    JOIN codes c ON c.network_id = $1 AND c.id = w.code_id
                    WHERE w.network_id = $1 AND w.status = 'CLAIMED' AND {_OVER}
                ORDER BY guest_id LIMIT $2""",  # noqa: S608 - the condition is ours
                network_id,
                MAX_AT_ONCE,
                moment(clock_of(connection)),
            )
            for row in rows:
                await settle(connection, secrets, network_id, row["guest_id"])
        settled += len(rows)
        if len(rows) < MAX_AT_ONCE:
            break
    return settled
