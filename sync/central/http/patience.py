"""Waiting for what may never come, thousands of times a second: one timer for all who wait, not one for each.

A timer of its own costs a request on a short way as much as reading it (9 of 150 microseconds), and hardly any ever
rings. So everybody notes until when he waits, and one look a second tells those whose time is over.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

LOOK_S = 1.0
"""How often those who wait are looked at: nobody waits longer than that beyond his time."""

_T = TypeVar("_T")


class Patience:
    """Who waits in one process, and until when; for one event loop."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._until_s: dict[asyncio.Task[object], float] = {}
        self._over: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, coming: Awaitable[_T], most_s: float) -> _T:
        """Return what comes; raises :class:`TimeoutError` when it has not come after ``most_s`` seconds or a little more.

        A task waits for one thing at a time.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task is None:
            message = "only a task can wait"
            raise RuntimeError(message)
        self._until_s[task] = loop.time() + most_s
        if self._timer is None:
            self._timer = loop.call_later(LOOK_S, self._look, loop)
        try:
            return await coming
        except asyncio.CancelledError:
            # Somebody else may have cancelled it as well: that one is not ours to take back.
            if task not in self._over or task.uncancel():
                raise
            raise TimeoutError from None
        finally:
            del self._until_s[task]
            self._over.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now_s = loop.time()
        for task, until_s in self._until_s.items():
            if until_s <= now_s and task not in self._over:
                self._over.add(task)
                task.cancel()
        self._timer = loop.call_later(LOOK_S, self._look, loop) if self._until_s else None
