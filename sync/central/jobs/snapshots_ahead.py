"""Snapshots made before a till asks: after a large import the first till to be enrolled need not wait for one."""

from datetime import timedelta

from sync.central.clock import moment
from sync.central.database import Database
from sync.central.jobs.rounds import keep_going_round
from sync.central.secrets import Secrets
from sync.central.services.snapshots import build_snapshot, newest_snapshot

EVERY_S = 15.0
QUIET = timedelta(seconds=10)
"""How long nothing has changed before a snapshot is made: an import under way would outdate it at once."""


async def make_snapshots_ahead(database: Database, secrets: Secrets) -> None:
    """Look at every network again and again until cancelled. Several processes doing it do no harm."""

    async def go_round() -> None:
        for network_id in await database.network_ids():
            await make_ahead(database, secrets, network_id)

    await keep_going_round(go_round, EVERY_S, "a snapshot was not made ahead (%s); it is tried again")


async def make_ahead(
    database: Database, secrets: Secrets, network_id: int, *, quiet: timedelta = QUIET
) -> bool:
    """Make a network's snapshot if it has tills, none that is near the feed's head, and is at rest; return whether."""
    if not (await newest_snapshot(database, network_id)).stale:
        return False
    async with database.network_transaction(network_id) as connection:
        worth_it = await connection.fetchval(
            """SELECT EXISTS (SELECT 1 FROM tills WHERE network_id = $1)
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE network_id = $1 AND number IS NULL)
                AND COALESCE(
                    (SELECT created_at < $2 FROM outbox WHERE network_id = $1 ORDER BY id DESC LIMIT 1), true)""",
            network_id,
            moment(database.clock) - quiet,
        )
    return bool(worth_it) and await build_snapshot(database, secrets, network_id)
