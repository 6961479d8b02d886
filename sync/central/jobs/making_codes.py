"""Orders of codes are made as long as the office runs, one after the other, by whichever process looks first."""

import logging

from sync.central.database import Database
from sync.central.jobs.line import GONE
from sync.central.jobs.rounds import keep_going_round
from sync.central.secrets import Secrets
from sync.central.services.making.engine import give_up, make_order, open_orders

EVERY_S = 1.0
MAX_TRIES = 5
"""How often an order is begun in one process before it fails for good: what stops it will not go away by itself."""

_log = logging.getLogger(__name__)


async def make_codes(database: Database, secrets: Secrets) -> None:
    """Go round until cancelled. Several processes doing it share the orders."""
    tries: dict[int, int] = {}

    async def go_round() -> None:
        for network in await database.network_ids():
            for order in await open_orders(database, network):
                await _try(database, secrets, network, order, tries)

    await keep_going_round(go_round, EVERY_S, "making codes stopped early (%s); it comes again")


async def _try(database: Database, secrets: Secrets, network: int, order: int, tries: dict[int, int]) -> None:
    try:
        await make_order(database, secrets, network, order)
    except GONE as error:
        tries[order] = tries.get(order, 0) + 1
        _log.warning("order %s of codes was interrupted (%s)", order, type(error).__name__)
        if tries[order] < MAX_TRIES:
            return
        await give_up(
            database, network, order, f"interrupted {MAX_TRIES} times, lastly by {type(error).__name__}"
        )
    tries.pop(order, None)
