"""What became of the last backup: noted beside what it protects, told by `GET /health` and `admin backup-status`."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from sync.central.clock import moment
from sync.central.database import Database

LATE_AFTER = 2
"""A backup is late when the newest is older than this many times the planned pause."""
RETRY_AFTER = timedelta(hours=1)
"""A backup that failed is tried again after so long, or at its next turn where that comes sooner."""
MAX_PROBLEM_CHARS = 500


class BackupHealth(StrEnum):
    """How it stands, in one word."""

    NONE = "none"
    """There is no backup, and none is planned."""
    WAITING = "waiting"
    """The first one is still to come."""
    OK = "ok"
    LATE = "late"
    FAILED = "failed"


class BackupRuns(msgspec.Struct, frozen=True, kw_only=True):
    """The plan, the newest attempt and the newest success. ``problem`` is None unless the newest attempt failed."""

    every_s: int | None = None
    tried_at: datetime | None = None
    done_at: datetime | None = None
    name: str | None = None
    problem: str | None = None

    def health(self, now: datetime) -> BackupHealth:
        """Say how it stands now."""
        if self.problem is not None:
            return BackupHealth.FAILED
        if self.done_at is None:
            return BackupHealth.NONE if self.every_s is None else BackupHealth.WAITING
        late = self.every_s is not None and now - self.done_at > LATE_AFTER * timedelta(seconds=self.every_s)
        return BackupHealth.LATE if late else BackupHealth.OK

    def due(self, now: datetime) -> bool:
        """Whether `serve` takes one now."""
        if self.every_s is None:
            return False
        every = timedelta(seconds=self.every_s)
        if self.problem is not None and self.tried_at is not None:
            return now - self.tried_at >= min(every, RETRY_AFTER)
        return self.done_at is None or now - self.done_at >= every


async def read_runs(database: Database) -> BackupRuns:
    """Read what is noted."""
    async with database.directory_transaction() as connection:
        row = await connection.fetchrow(
            """SELECT backup_every_s AS every_s, backup_tried_at AS tried_at, backup_done_at AS done_at,
                backup_name AS name, backup_problem AS problem FROM installation"""
        )
    return BackupRuns(**row)


async def plan_backups(database: Database, every_s: int | None) -> None:
    """Note how often `serve` takes a backup; None when it does not."""
    async with database.directory_transaction() as connection:
        await connection.execute("UPDATE installation SET backup_every_s = $1", every_s)


async def note_done(database: Database, name: str) -> None:
    """Note a backup that was taken."""
    async with database.directory_transaction() as connection:
        await connection.execute(
            """UPDATE installation SET backup_tried_at = $1, backup_done_at = $1, backup_name = $2,
                backup_problem = NULL""",
            moment(database.clock),
            name,
        )


async def note_failed(database: Database, problem: str) -> None:
    """Note why a backup was not taken."""
    async with database.directory_transaction() as connection:
        await connection.execute(
            "UPDATE installation SET backup_tried_at = $1, backup_problem = $2",
            moment(database.clock),
            problem[:MAX_PROBLEM_CHARS],
        )
