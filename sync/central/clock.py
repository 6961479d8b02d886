"""Central's clock and randomness, as one port that the simulation can replace.

No decision in :mod:`sync.central.services` asks the operating system for the time or for random bytes, nor
PostgreSQL for ``now()``: it asks the clock of the database connection at hand. Columns that only note when a
row was written, and by which nobody decides, keep their ``now()``.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

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
