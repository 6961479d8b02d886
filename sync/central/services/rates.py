"""Rate limits that all processes of an installation share: units of a window, taken from one row a subject.

A process borrows some units at once and gives them out by itself (:mod:`sync.central.http.throttle`), so that a limit
costs a few writes a window and not one a request. What was borrowed never adds up to more than the limit.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg

from sync.central.clock import moment
from sync.central.database import Database

SHARES = 16
"""A process borrows a sixteenth of a limit at once, at least one unit, unless they are counted singly."""
KEPT = timedelta(hours=2)
"""Longer than any window."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rate(NamedTuple):
    """So many units for one subject in each window; windows begin at the same moments everywhere.

    ``singly`` is for what happens seldom and is to be counted to the last unit.
    """

    name: str
    limit: int
    window_s: int = 60
    singly: bool = False

    @property
    def share(self) -> int:
        """How many units a process borrows at once."""
        return 1 if self.singly else max(1, self.limit // SHARES)


class Borrowed(NamedTuple):
    """Units for the process that asked; ``drained`` when the window has none left for anybody."""

    units: int
    drained: bool


async def borrow(database: Database, rate: Rate, subject: bytes, since_s: int) -> Borrowed:
    """Borrow the next units of a subject's window that began at ``since_s`` (seconds since the Unix epoch)."""
    async with database.directory_transaction() as connection:
        taken = await connection.fetchval(
            """INSERT INTO rate_windows AS w (name, subject, since, taken) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name, subject, since) DO UPDATE SET taken = w.taken + $4 WHERE w.taken < $5
            RETURNING taken""",
            rate.name,
            subject,
            _EPOCH + timedelta(seconds=since_s),
            rate.share,
            rate.limit,
        )
    if taken is None:
        return Borrowed(0, drained=True)
    return Borrowed(rate.share - max(0, taken - rate.limit), drained=taken >= rate.limit)


async def forget_windows(database: Database) -> None:
    """Delete windows that are over (housekeeping)."""
    async with database.directory_transaction() as connection:
        await _forget(connection, moment(database.clock) - KEPT)


async def _forget(connection: asyncpg.Connection, before: datetime) -> None:
    await connection.execute("DELETE FROM rate_windows WHERE since < $1", before)
