"""Looking whether something is beyond the office's limits, again and again."""

from sync.central.database import Database
from sync.central.jobs.rounds import keep_going_round
from sync.central.services.alerting.watch import look

EVERY_S = 60.0


async def raise_alerts(database: Database) -> None:
    """Go round until cancelled. Several processes doing it do no harm."""

    async def go_round() -> None:
        for network in await database.network_ids():
            async with database.network_transaction(network) as connection:
                await look(connection, network)

    await keep_going_round(go_round, EVERY_S, "looking for alerts stopped early (%s); it comes again")
