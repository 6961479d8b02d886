"""Where a worker process takes looks at guests: those that come at the same moment are read together.

With few callers each is read at once and alone; with a thousand the batch grows while the one before it is read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

import asyncpg

from sync.central.database import Database
from sync.central.services.loyalty.balance import Balance, balances_of
from sync.central.services.loyalty.card_list import CardView, cards_of
from sync.central.services.refusal import busy

MAX_BATCH = 300
"""Guests who are read by one statement."""
AT_ONCE = 2
"""Batches of one kind that are under way, of whichever networks: uses of codes have the same few connections."""
MAX_WAITING = 4_000
"""Looks of one kind that wait in one process at most."""

T = TypeVar("T")
_Waiting = dict[int, list[asyncio.Future[T | None]]]
_Read = Callable[[asyncpg.Connection, int, Sequence[int]], Awaitable[Mapping[int, T]]]


class Looks(Generic[T]):
    """One line for each network; a batch of each is under way at a time, and the next one gathers meanwhile."""

    def __init__(self, database: Database, read: _Read[T]) -> None:
        """Begin with nobody waiting; ``read`` reads guests of one network, in a transaction that sees one state."""
        self._database = database
        self._read = read
        self._lines: dict[int, _Waiting[T]] = {}
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._waiting = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def ask(self, network: int, guest: int) -> T | None:
        """Return what is read of a guest from now on; None for one whom ``read`` leaves out.

        Raises :class:`Refusal` ``busy`` when too many wait.
        """
        if self._waiting >= MAX_WAITING:
            raise busy("Too many guests are being looked at at this moment.", retry_after_s=1)
        future: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(network, {}).setdefault(guest, []).append(future)
        if network not in self._serving:
            self._serving[network] = asyncio.create_task(self._serve(network))
        self._waiting += 1
        try:
            return await future
        finally:
            self._waiting -= 1

    async def _serve(self, network: int) -> None:
        """Read what waits in a network until nothing does."""
        line = self._lines[network]
        try:
            while line:
                guests = [guest for guest, _ in zip(line, range(MAX_BATCH), strict=False)]
                await self._answer(network, {guest: line.pop(guest) for guest in guests})
        finally:
            # Nobody is left who would answer, should this process end in the middle.
            for futures in line.values():
                for future in futures:
                    future.cancel()
            del self._serving[network], self._lines[network]

    async def _answer(self, network: int, batch: _Waiting[T]) -> None:
        try:
            async with (
                self._turns,
                self._database.network_transaction(network, repeatable_read=True) as connection,
            ):
                found = await self._read(connection, network, list(batch))
        except BaseException as error:
            for futures in batch.values():
                for future in futures:
                    if not future.done():
                        future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for guest, futures in batch.items():
            seen = found.get(guest)
            for future in futures:
                if not future.done():
                    future.set_result(seen)


class LookDesk:
    """The looks that have a short way."""

    def __init__(self, database: Database) -> None:
        """Begin with nobody waiting; ``database`` is by connections that serve nothing but batches."""
        self.balances: Looks[Balance] = Looks(database, balances_of)
        self.cards: Looks[list[CardView]] = Looks(database, cards_of)
