"""Central's clock and randomness, as one port that the simulation can replace.

No decision in :mod:`sync.central.services` asks the operating system for the time or for random bytes, nor
PostgreSQL for ``now()``: it asks the clock of the database connection at hand. Columns that only note when a
row was written, and by which nobody decides, keep their ``now()``.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import asyncpg

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """What time it is, and bytes that nobody can guess."""

    def now_ms(self) -> int:
        """Return milliseconds since the Unix epoch."""

    def random(self, size: int) -> bytes:
        """Return ``size`` random bytes fit for secrets."""


class SystemClock:
    """The operating system's clock and randomness."""

    def now_ms(self) -> int:
        """Return milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000

    def random(self, size: int) -> bytes:
        """Return ``size`` random bytes fit for secrets."""
        return os.urandom(size)


SYSTEM_CLOCK = SystemClock()


class ClockedConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection that knows the clock of its :class:`~sync.central.database.Database`."""

    clock: Clock = SYSTEM_CLOCK
    _with_begin: str = ""

    def begin_with(self, statement: str) -> None:
        """Let a statement without parameters go with the next BEGIN: one trip to the database instead of two."""
        self._with_begin = statement

    @property
    def begins_with(self) -> str:
        """The statement that still waits for its BEGIN."""
        return self._with_begin

    async def execute(self, query: str, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - as asyncpg has it
        """Execute; see :meth:`begin_with`."""
        if self._with_begin and query.startswith("BEGIN"):
            query, self._with_begin = f"{query} {self._with_begin}", ""
        status: str = await super().execute(query, *args, **kwargs)
        return status

    def get_reset_query(self) -> str:
        """Ask for nothing between two transactions: all that they set is local to them, and none listens or locks."""
        return ""


def clock_of(connection: asyncpg.Connection) -> Clock:
    """Return the clock by which everything on this connection is decided."""
    clock: Clock = getattr(connection, "clock", SYSTEM_CLOCK)
    return clock


def moment(clock: Clock) -> datetime:
    """Return a clock's time as PostgreSQL takes it."""
    return _EPOCH + timedelta(milliseconds=clock.now_ms())
