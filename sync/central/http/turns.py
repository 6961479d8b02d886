"""Uploads take turns: a few are booked at once, the others wait in the order in which they came.

After an outage every till comes back at the same moment, each with its journal. Booked all at once they would
hold every connection to the database and wait for each other's rows, and a till that only asks for one unit
would wait behind them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sync.central.services.refusal import busy

MAX_AT_ONCE = 4
"""Uploads that are booked at once in one process: fewer than half of its connections."""
MAX_WAIT_S = 12.0
"""Clearly less than the twenty seconds for which a till waits, so that it hears "later" and no silence."""


class Turns:
    """The line of one process."""

    def __init__(self, at_once: int = MAX_AT_ONCE, *, wait_s: float = MAX_WAIT_S) -> None:
        """Let ``at_once`` work, and each of the others wait for ``wait_s`` seconds at most.

        How many there are is for :class:`~sync.central.http.gate.Gate` to limit.
        """
        self._free = asyncio.Semaphore(at_once)
        self._wait_s = wait_s

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it; raises :class:`Refusal` ``busy`` when it does not come in time."""
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise busy("Other tills are still handing over what they recorded.", retry_after_s=1) from None
        try:
            yield
        finally:
            self._free.release()
