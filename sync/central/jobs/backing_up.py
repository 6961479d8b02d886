"""Backups: taking one, and taking one whenever the last has become old enough (`serve --backup-to`)."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from sync.central.clock import moment
from sync.central.database import CONNECT_TIMEOUT_S, Database
from sync.central.erased_list import ErasedList
from sync.central.jobs.line import GONE
from sync.central.postgres.account import choose_account
from sync.central.postgres.archive import Archive, write_durably
from sync.central.postgres.backup import archive_up_to_now, begin_archiving, first_needed, take_base
from sync.central.postgres.binaries import find_binaries
from sync.central.postgres.sockets import folder_of
from sync.central.schema.words import BackupRule
from sync.central.secrets import SECRET_FILE
from sync.central.services.backup_runs import note_done, note_failed, plan_backups, read_runs
from sync.central.services.backups import choose_rule, follow_archive
from sync.rules.user_error import UserError

LOOK_S = 60.0
LOCK_CLASS = 0x43_53_42
"""One backup at a time, whoever takes it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where backups of the server on ``data`` go, and how many stay; ``secret``: central's own key with them."""

    data: Path
    folder: Path
    keep: int
    secret: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """One backup: its name, its size, how many there are now, and how many older ones went."""

    name: str
    bytes: int
    kept: int
    dropped: int


async def back_up(database: Database, dsn: str, plan: Plan) -> Taken:
    """Take a base backup, and let the server copy its log from now on; what is archived is ``safe`` from then on.

    ``dsn`` is the database as its owner. Raises :class:`UserError`: ``backup_busy``, ``backup_elsewhere``,
    ``backup_failed``, ``backup_stuck`` and what the folder may have.
    """
    connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_S)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1, 0)", LOCK_CLASS):
            raise UserError("backup_busy", "A backup is being taken already.", "Wait until it has ended.")
        archive = Archive(plan.folder)
        archive.prepare(choose_account(plan.data))
        await begin_archiving(connection, archive)
        await asyncio.to_thread(ErasedList(plan.data).note_archive, plan.folder)
        first_wal = await first_needed(connection)
        base = await asyncio.to_thread(
            take_base, find_binaries(), folder_of(dsn), archive, first_wal=first_wal
        )
        # From here on whatever the archiver has copied survives the loss of central's disk; tills prune below it.
        await choose_rule(database, BackupRule.ARCHIVE)
        await follow_archive(database)
        await archive_up_to_now(connection)
        await follow_archive(database)
    finally:
        await connection.close()
    secret = plan.data / SECRET_FILE
    if plan.secret and secret.is_file():
        write_durably(archive.folder / SECRET_FILE, secret.read_bytes())
        (archive.folder / SECRET_FILE).chmod(0o600)
    dropped = archive.drop_all_but(plan.keep)
    await note_done(database, base.name)
    return Taken(base.name, base.bytes, len(archive.bases()), len(dropped))


async def keep_backups(database: Database, dsn: str, plan: Plan, *, every_s: int) -> None:
    """Take a backup whenever one is due, until cancelled."""
    await plan_backups(database, every_s)
    while True:
        await back_up_if_due(database, dsn, plan)
        await asyncio.sleep(LOOK_S)


async def back_up_if_due(database: Database, dsn: str, plan: Plan) -> Taken | None:
    """Take a backup if one is due. What went wrong is noted and logged; it is tried again in an hour."""
    try:
        runs = await read_runs(database)
        if not runs.due(moment(database.clock)):
            return None
        taken = await back_up(database, dsn, plan)
    except (UserError, *GONE) as error:
        _log.error("no backup was taken: %s", error)
        await _note(database, str(error))
        return None
    _log.info("backup %s taken, %s bytes; %s are kept", taken.name, taken.bytes, taken.kept)
    return taken


async def _note(database: Database, problem: str) -> None:
    try:
        await note_failed(database, problem)
    except GONE as error:
        _log.warning("nor could it be noted (%s)", type(error).__name__)
