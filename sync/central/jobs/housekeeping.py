"""What is done now and then: old rows of the feed go, and snapshots are kept near its head."""

from datetime import timedelta

from sync.central.clock import moment
from sync.central.database import Database
from sync.central.jobs.rounds import keep_going_round
from sync.central.secrets import Secrets
from sync.central.services.editing.deactivating import deactivate_all_used_up
from sync.central.services.idempotency import forget_before
from sync.central.services.loyalty.reviewing import review_network
from sync.central.services.people.phone_codes import forget_codes
from sync.central.services.personal.erasing import forget_erased
from sync.central.services.personal.rotating import go_on
from sync.central.services.points import expire_points
from sync.central.services.rates import forget_windows
from sync.central.services.sessions import forget_sessions
from sync.central.services.snapshots import build_snapshot, newest_snapshot

EVERY_S = 600.0
FEED_KEPT = timedelta(days=90)
"""How long a till may be away and still go on by the feed (DESIGN 6)."""

ANSWERS_KEPT_DAYS = 30
"""How long a request may be sent again and be answered as the first time: no caller tries for longer."""


async def keep_house(database: Database, secrets: Secrets) -> None:
    """Look at every network again and again until cancelled. Several processes doing it do no harm."""

    async def go_round() -> None:
        await forget_windows(database)
        for network_id in await database.network_ids():
            await tend(database, secrets, network_id)

    await keep_going_round(go_round, EVERY_S, "housekeeping stopped early (%s); it comes again")


async def tend(database: Database, secrets: Secrets, network_id: int) -> None:
    """Look after one network."""
    await prune_feed(database, network_id)
    await expire_points(database, secrets, network_id)
    await deactivate_all_used_up(database, secrets, network_id)
    await review_network(database, secrets, network_id)
    await go_on(database, secrets, network_id)
    async with database.network_transaction(network_id) as connection:
        await forget_sessions(connection, network_id)
        await forget_codes(connection, network_id)
        await forget_before(connection, network_id, ANSWERS_KEPT_DAYS)
        await forget_erased(connection, network_id)
    newest = await newest_snapshot(database, network_id)
    if newest.signed is not None and newest.stale:
        await build_snapshot(database, secrets, network_id)


async def prune_feed(database: Database, network_id: int, *, kept: timedelta = FEED_KEPT) -> None:
    """Remove rows of the feed that are older than ``kept``, always from its beginning on.

    A hole in the middle would be skipped by a reader without notice; a higher floor is told as "gone".
    """
    async with database.network_transaction(network_id) as connection:
        await connection.execute(
            """DELETE FROM outbox WHERE network_id = $1 AND number < COALESCE(
                (SELECT min(number) FROM outbox
                 WHERE network_id = $1 AND number IS NOT NULL AND created_at >= $2),
                (SELECT feed_head + 1 FROM networks WHERE id = $1))""",
            network_id,
            moment(database.clock) - kept,
        )
