"""Where a worker process takes looks at guests: those that come at the same moment are read together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import asyncpg

from sync.central.database import Database
from sync.central.services.gathering import Gathering
from sync.central.services.loyalty.balance import Balance, balances_of
from sync.central.services.loyalty.card_list import CardView, cards_of

MAX_BATCH = 300
"""Looks that are answered by one statement."""
AT_ONCE = 2
"""Batches of one kind that are under way, of whichever networks: uses of codes have the same few connections."""
MAX_WAITING = 4_000
"""Looks of one kind that wait in one process at most."""

T = TypeVar("T")
_Read = Callable[[asyncpg.Connection, int, Sequence[int]], Awaitable[Mapping[int, T]]]


class LookDesk:
    """The looks that have a short way: asked by network and guest, answered with None for a guest who is left out."""

    def __init__(self, database: Database) -> None:
        """Begin with nobody waiting; ``database`` is by connections that serve nothing but batches."""
        self.balances: Gathering[int, Balance | None] = _looks(database, balances_of)
        self.cards: Gathering[int, list[CardView] | None] = _looks(database, cards_of)


def _looks(database: Database, read: _Read[T]) -> Gathering[int, T | None]:
    async def answer_all(
        connection: asyncpg.Connection, network: int, guests: Sequence[int]
    ) -> list[T | None]:
        found = await read(connection, network, list(dict.fromkeys(guests)))
        return [found.get(guest) for guest in guests]

    return Gathering(
        database,
        answer_all,
        max_batch=MAX_BATCH,
        max_waiting=MAX_WAITING,
        at_once=AT_ONCE,
        full="Too many guests are being looked at at this moment.",
        repeatable_read=True,
    )
