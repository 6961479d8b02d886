"""Adding up scans, and bringing wallets up to date, again and again."""

from itertools import count

from sync.central.database import Database
from sync.central.jobs.rounds import keep_going_round
from sync.central.secrets import Secrets
from sync.central.services.scanning.adding_up import add_up, forget_told, make_months
from sync.central.services.scanning.settling import settle_all

EVERY_S = 15.0
TIDY_EVERY = 240
"""What is old is forgotten, and tables for months to come are made, in one round of this many: each hour."""


async def keep_figures(database: Database, secrets: Secrets) -> None:
    """Go round until cancelled. Several processes doing it do no harm."""
    rounds = count()
    await keep_going_round(
        lambda: go_round(database, secrets, tidy=next(rounds) % TIDY_EVERY == 0),
        EVERY_S,
        "adding up scans stopped early (%s); it comes again",
        at_once=True,
    )


async def go_round(database: Database, secrets: Secrets, *, tidy: bool) -> None:
    """Look at every network once."""
    if tidy:
        await make_months(database)
    for network_id in await database.network_ids():
        await add_up(database, network_id)
        await settle_all(database, secrets, network_id)
        if tidy:
            await forget_told(database, network_id)
