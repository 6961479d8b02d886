"""Requests of one process that wait at the same moment are decided together.

Whenever no batch of a network is under way and a connection of a small pool is idle, everything that waits in that
network (up to ``MAX_BATCH``) goes to the database in one transaction. With few callers each is decided at once and
alone; with a thousand the batch grows while the one before it is decided, and the database commits once for hundreds
of them, which is what makes them fast (DESIGN 8). A second batch under way would only wait for the rows of the first.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence

import asyncpg

from sync.central.database import Database
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.redeeming.batch import MAX_BATCH, fits
from sync.central.services.redeeming.raced import RacedError
from sync.central.services.refusal import busy

CONNECTIONS = 4
PER_NETWORK = 1
"""Batches of one network that are under way at once."""
MAX_WAITING = 4_000
"""Requests that wait in one process at most; the last of them waits a quarter of a second."""
MAX_TRIES = 3

Decide = Callable[[asyncpg.Connection, int, Sequence[Asked]], Awaitable[list[Redeemed | None]]]
Alone = Callable[[Asked], Awaitable[Redeemed]]
_Waiting = tuple[Asked, "asyncio.Future[Redeemed | None]"]


class Gatherer:
    """One line for each network, and a few connections that serve them in turn."""

    def __init__(
        self,
        database: Database,
        decide: Decide,
        alone: Alone,
        *,
        first: Decide | None = None,
        at_once: int = CONNECTIONS,
    ) -> None:
        """``decide`` answers a batch in one transaction of ``database``, ``alone`` what needs more than that.

        ``first`` is asked before, in a transaction of its own; what it leaves open is for ``decide``.
        """
        self._database = database
        self._first = first
        self._decide = decide
        self._alone = alone
        self._idle = at_once
        self._lines: OrderedDict[int, deque[_Waiting]] = OrderedDict()
        self._busy: Counter[int] = Counter()
        self._under_way: dict[tuple[int, object], asyncio.Future[Redeemed | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = False

    async def ask(self, asked: Asked) -> Redeemed:
        """Return the answer to one request, after COMMIT; raises :class:`Refusal` ``busy`` when too many wait."""
        key = (asked.network, asked.operation)
        before = self._under_way.get(key)
        if before is not None:
            # The same operation is being decided: its answer is stored when this one looks.
            await asyncio.wait([before])
        elif fits(asked):
            if len(self._under_way) >= MAX_WAITING:
                raise busy("Too many codes are being used at this moment.", retry_after_s=1)
            answer = await self._in_line(key, asked)
            if answer is not None:
                return answer
        return await self._alone(asked)

    def _in_line(self, key: tuple[int, object], asked: Asked) -> "asyncio.Future[Redeemed | None]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Redeemed | None] = loop.create_future()
        self._under_way[key] = future
        line = self._lines.get(asked.network)
        if line is None:
            line = self._lines[asked.network] = deque()
        line.append((asked, future))
        if not self._woken:
            # Everything that arrives in this turn of the loop goes together.
            self._woken = True
            loop.call_soon(self._serve)
        return future

    def _serve(self) -> None:
        self._woken = False
        for network in [network for network in self._lines if self._busy[network] < PER_NETWORK]:
            if not self._idle:
                return
            line = self._lines.pop(network)
            batch = [line.popleft() for _ in range(min(MAX_BATCH, len(line)))]
            if line:
                # The others have their turn first.
                self._lines[network] = line
            self._idle -= 1
            self._busy[network] += 1
            task = asyncio.create_task(self._settle(network, batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _settle(self, network: int, batch: list[_Waiting]) -> None:
        answers: Sequence[Redeemed | None] | BaseException
        try:
            answers = await self._answers(network, [asked for asked, _ in batch])
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it, whatever it is
            answers = error
        self._idle += 1
        self._busy[network] -= 1
        if not self._busy[network]:
            del self._busy[network]
        for place, (asked, future) in enumerate(batch):
            self._under_way.pop((network, asked.operation), None)
            if future.done():
                continue
            if isinstance(answers, BaseException):
                future.set_exception(answers)
            else:
                future.set_result(answers[place])
        self._serve()
        if isinstance(answers, BaseException) and not isinstance(answers, Exception):
            raise answers

    async def _answers(self, network: int, batch: Sequence[Asked]) -> Sequence[Redeemed | None]:
        if self._first is None:
            return await self._together(self._decide, network, batch, MAX_TRIES)
        answers = await self._together(self._first, network, batch, 1)
        left = [place for place, answer in enumerate(answers) if answer is None]
        if left:
            others = await self._together(self._decide, network, [batch[place] for place in left], MAX_TRIES)
            for place, answer in zip(left, others, strict=True):
                answers[place] = answer
        return answers

    async def _together(
        self, decide: Decide, network: int, batch: Sequence[Asked], tries: int
    ) -> list[Redeemed | None]:
        for _ in range(tries):
            try:
                async with self._database.network_transaction(network) as connection:
                    return await decide(connection, network, batch)
            except (RacedError, asyncpg.DeadlockDetectedError):
                continue
        return [None] * len(batch)
