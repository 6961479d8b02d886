"""The tier review as a job: guests who bought lately soon after, everybody once a day."""

from datetime import date, timedelta

from sync.central.clock import moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.tiers.qualifying import review_tiers

AT_ONCE = 500
"""Guests that one transaction looks at."""
LATELY = timedelta(days=2)
"""How far back a till's sale may lie that is only now here; older ones wait for the daily review."""


async def review_network(database: Database, secrets: Secrets, network_id: int) -> int:
    """Review the tiers of a network as far as it is time; return how many guests changed.

    In parts, since each guest's tier is judged by that guest's own year. That the day's review was done is noted only
    after the last part: one that breaks off is done again from its beginning, and changes nobody twice.
    """
    today = moment(database.clock).date()
    async with database.network_transaction(network_id) as connection:
        last = await connection.fetchval("SELECT tiers_reviewed_on FROM networks WHERE id = $1", network_id)
    everybody = last is None or last < today
    changed = await _review(database, secrets, network_id, everybody=everybody)
    if everybody:
        await _note(database, network_id, today)
    return changed


async def _review(database: Database, secrets: Secrets, network_id: int, *, everybody: bool) -> int:
    after, changed = 0, 0
    since = moment(database.clock) - LATELY
    while True:
        async with database.network_transaction(network_id) as connection:
            rows = await connection.fetch(
                """SELECT id FROM guests WHERE network_id = $1 AND id > $2 AND merged_into IS NULL AND ($4 OR id IN (
                    SELECT s.guest_id FROM sales s WHERE s.network_id = $1 AND s.at > $5 AND s.guest_id IS NOT NULL))
                ORDER BY id LIMIT $3""",
                network_id,
                after,
                AT_ONCE,
                everybody,
                since,
            )
            guests = [row["id"] for row in rows]
            if guests:
                changed += await review_tiers(connection, secrets, network_id, guests)
        if len(guests) < AT_ONCE:
            return changed
        after = guests[-1]


async def _note(database: Database, network_id: int, today: date) -> None:
    async with database.network_transaction(network_id) as connection:
        await connection.execute(
            "UPDATE networks SET tiers_reviewed_on = $2 WHERE id = $1", network_id, today
        )
