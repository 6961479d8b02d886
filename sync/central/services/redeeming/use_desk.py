"""Where a worker process takes uses and looks: together where they can be, alone where they must be."""

from collections.abc import Awaitable, Sequence

import asyncpg

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.redeeming.at_once import take_at_once
from sync.central.services.redeeming.batch import decide
from sync.central.services.redeeming.gatherer import Gatherer
from sync.central.services.redeeming.looking import look_at
from sync.central.services.redeeming.offers import Offers
from sync.central.services.redeeming.redeem import redeem_alone, try_out

LANE_SETTINGS = {
    # Arrays of unknown length must not talk the planner into reading a table of a million codes as a whole.
    "enable_seqscan": "off",
    "enable_mergejoin": "off",
    # What comes in order from an index is taken from there, however few rows there were to sort when it was planned.
    "enable_sort": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}
"""How connections plan that serve nothing but batches."""


class UseDesk:
    """``lane`` is the database by connections of its own, with ``LANE_SETTINGS``."""

    def __init__(self, database: Database, lane: Database, secrets: Secrets) -> None:
        """Begin with nobody waiting."""
        self._database = database
        self._secrets = secrets
        self._offers = Offers()
        self._uses = Gatherer(lane, self._decide, self._redeem, first=self._take_at_once)
        self._looks = Gatherer(lane, self._look_at, self._try_out)

    def use(self, asked: Asked) -> Awaitable[Redeemed]:
        """Use a code; see :func:`sync.central.services.redeeming.redeem.redeem`."""
        return self._uses.ask(asked)

    def look(self, asked: Asked) -> Awaitable[Redeemed]:
        """Say what a use would be answered now; see :func:`sync.central.services.redeeming.redeem.try_out`."""
        return self._looks.ask(asked)

    async def _take_at_once(
        self, connection: asyncpg.Connection, network: int, batch: Sequence[Asked]
    ) -> list[Redeemed | None]:
        return await take_at_once(connection, self._secrets, self._offers, network, batch)

    async def _decide(
        self, connection: asyncpg.Connection, network: int, batch: Sequence[Asked]
    ) -> list[Redeemed | None]:
        return await decide(connection, self._secrets, self._offers, network, batch)

    async def _redeem(self, asked: Asked) -> Redeemed:
        return await redeem_alone(self._database, self._secrets, asked)

    async def _look_at(
        self, connection: asyncpg.Connection, network: int, batch: Sequence[Asked]
    ) -> list[Redeemed | None]:
        return await look_at(connection, self._offers, network, batch)

    async def _try_out(self, asked: Asked) -> Redeemed:
        async with self._database.network_transaction(asked.network) as connection:
            return await try_out(connection, asked)
