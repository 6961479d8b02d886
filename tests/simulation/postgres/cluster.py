"""A PostgreSQL of the run's own, durable as the shipping one is, that can be killed and put back to a moment.

Everything is done by the rooms that ship: the launcher, its settings (fsync on), the archive of backups and
the restore.
"""

import asyncio
import os
import shutil
import signal
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from sync.central.migrating import migrate
from sync.central.postgres.account import choose_account
from sync.central.postgres.archive import Archive
from sync.central.postgres.backup import archive_up_to_now, begin_archiving, first_needed, take_base
from sync.central.postgres.binaries import find_binaries
from sync.central.postgres.cluster import Cluster, prepare_cluster
from sync.central.postgres.restore import restored_server
from sync.central.postgres.server import RunningServer, running_server
from sync.central.postgres.sockets import folder_of

GONE_S = 60.0
_POLL_S = 0.005


@dataclass
class HardCluster:
    """Owns a folder with a data folder for each life of the database, and one archive."""

    folder: Path
    number: int = 0
    kills: int = 0
    restores: int = 0

    def __post_init__(self) -> None:
        self.fallen = False
        self.archive = Archive(self.folder / "backups")
        self._stack = ExitStack()
        self.server: RunningServer
        self._cluster: Cluster
        self._data.mkdir(mode=0o755)
        self._cluster = prepare_cluster(self._data, find_binaries(), choose_account(self._data))
        self._start()
        asyncio.run(migrate(self.server.dsn))
        self.archive.prepare(self._cluster.account)
        asyncio.run(self._archiving())

    @property
    def _data(self) -> Path:
        return self.folder / f"data-{self.number}"

    def kill(self) -> None:
        """SIGKILL to the postmaster and all its children: nobody finishes anything."""
        if self.fallen:
            return
        postmaster = int((self._cluster.folder / "postmaster.pid").read_text().split()[0])
        victims = [postmaster, *_children(postmaster)]
        for victim in victims:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.fallen = True
        self.kills += 1
        self._victims = victims

    def restart(self) -> None:
        """Start it again after :meth:`kill`; it recovers from its log."""
        deadline = time.monotonic() + GONE_S
        while any(_lives(victim) for victim in self._victims) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        self._stack.close()
        self._start()
        self.fallen = False

    def take_base(self) -> None:
        """Take a base backup; earlier ones go."""
        asyncio.run(self._take_base())
        self.archive.drop_all_but(1)

    def moment(self) -> datetime:
        """Return PostgreSQL's own present moment, to which it can be put back."""
        found: datetime = asyncio.run(self._ask("SELECT clock_timestamp()"))
        return found

    def put_back(self, at: datetime | None) -> None:
        """Lose the present database; restore it from the archive as it was ``at`` (None: all that is archived)."""
        if at is not None:
            # Something later must be in the archive for the moment to be found in it.
            asyncio.run(self._ask("SELECT pg_current_xact_id()"))
            asyncio.run(self._archive_all())
        self.kill()
        deadline = time.monotonic() + GONE_S
        while any(_lives(victim) for victim in self._victims) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        self._stack.close()
        shutil.rmtree(self._data)
        self.number += 1
        self._data.mkdir(mode=0o755)
        with restored_server(self._data, self.archive, at):
            self.restores += 1
        self._cluster = prepare_cluster(self._data, find_binaries(), choose_account(self._data))
        self._start()
        self.fallen = False

    def close(self) -> None:
        """Stop it."""
        self._stack.close()

    def _start(self) -> None:
        self._stack = ExitStack()
        self.server = self._stack.enter_context(running_server(self._data, cluster=self._cluster))

    async def _ask(self, statement: str) -> Any:
        connection = await asyncpg.connect(self.server.dsn)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    async def _archiving(self) -> None:
        connection = await asyncpg.connect(self.server.dsn)
        try:
            await begin_archiving(connection, self.archive)
        finally:
            await connection.close()

    async def _archive_all(self) -> None:
        connection = await asyncpg.connect(self.server.dsn)
        try:
            await archive_up_to_now(connection)
        finally:
            await connection.close()

    async def _take_base(self) -> None:
        connection = await asyncpg.connect(self.server.dsn)
        try:
            first = await first_needed(connection)
            sockets = folder_of(self.server.dsn)
            await asyncio.to_thread(take_base, find_binaries(), sockets, self.archive, first_wal=first)
        finally:
            await connection.close()


def _children(parent: int) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            text = (place / "stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(text.rpartition(")")[2].split()[1]) == parent:
            found.append(int(place.name))
    return found


def _lives(number: int) -> bool:
    """Whether a process still holds files: one that has ended and was not waited for holds none."""
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] != "Z"
