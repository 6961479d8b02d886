"""Questions of one process that wait at the same moment are answered together, in one transaction.

With few callers each is answered at once and alone; with a thousand the batch grows while the one before it is under
way, and they wait for a few transactions instead of a thousand. Uses of codes, which have turns between networks and
answers that are given again, have a line of their own (:mod:`sync.central.services.redeeming.gatherer`).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import asyncpg

from sync.central.database import Database
from sync.central.services.refusal import busy

Question = TypeVar("Question")
Answer = TypeVar("Answer")
AnswerAll = Callable[[asyncpg.Connection, int, Sequence[Question]], Awaitable[Sequence[Answer]]]
_Line = deque[tuple[Question, asyncio.Future[Answer]]]


class Gathering(Generic[Question, Answer]):
    """One line for each network; a batch of each is under way at a time, and the next one gathers meanwhile."""

    def __init__(
        self,
        database: Database,
        answer_all: AnswerAll[Question, Answer],
        *,
        max_batch: int,
        max_waiting: int,
        at_once: int,
        full: str,
        repeatable_read: bool = False,
    ) -> None:
        """Begin with nobody waiting.

        ``answer_all`` answers questions of one network in their order. ``at_once`` batches are under way, of whichever
        networks; ``full`` is the sentence for whoever would be one too many of those who wait in this process.
        """
        self._database = database
        self._answer_all = answer_all
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._full = full
        self._repeatable_read = repeatable_read
        self._lines: dict[int, _Line[Question, Answer]] = {}
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._waiting = 0
        self._turns = asyncio.Semaphore(at_once)

    async def ask(self, network: int, question: Question) -> Answer:
        """Return the answer, after COMMIT; raises :class:`Refusal` ``busy`` when too many wait."""
        if self._waiting >= self._max_waiting:
            raise busy(self._full, retry_after_s=1)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(network, deque()).append((question, future))
        if network not in self._serving:
            self._serving[network] = asyncio.create_task(self._serve(network))
        self._waiting += 1
        try:
            return await future
        finally:
            self._waiting -= 1

    async def _serve(self, network: int) -> None:
        """Answer what waits in a network until nothing does."""
        line = self._lines[network]
        try:
            while line:
                async with self._turns:
                    await self._answer(network, line)
        finally:
            # Nobody is left who would answer, should this process end in the middle.
            for _, future in line:
                future.cancel()
            del self._serving[network], self._lines[network]

    async def _answer(self, network: int, line: _Line[Question, Answer]) -> None:
        batch = [line.popleft() for _ in range(min(self._max_batch, len(line)))]
        questions = [question for question, _ in batch]
        try:
            async with self._database.network_transaction(
                network, repeatable_read=self._repeatable_read
            ) as connection:
                answers = await self._answer_all(connection, network, questions)
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
