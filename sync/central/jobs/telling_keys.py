"""Tills are told of new tills' keys, together and now and then."""

from sync.central.database import Database
from sync.central.jobs.rounds import keep_going_round
from sync.central.services.till_keys import tell_keys

EVERY_S = 60.0


async def tell_tills_keys(database: Database) -> None:
    """Go round until cancelled. Several processes doing it do no harm."""

    async def go_round() -> None:
        for network in await database.network_ids():
            async with database.network_transaction(network) as connection:
                await tell_keys(connection, network)

    await keep_going_round(go_round, EVERY_S, "telling tills' keys stopped early (%s); it comes again")
