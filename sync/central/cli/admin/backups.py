"""`backup`, `backup-status` and `restore`."""

import argparse
import asyncio
import os
from datetime import UTC, datetime

import asyncpg

from sync.central.cli.admin.office import ACTOR, MAX_CONNECTIONS, Office
from sync.central.cli.output import say
from sync.central.clock import moment as moment_of
from sync.central.database import CONNECT_TIMEOUT_S, connected
from sync.central.erased_list import ErasedList
from sync.central.jobs.backing_up import Plan, back_up
from sync.central.migrating import migrate
from sync.central.postgres.archive import Archive, write_durably
from sync.central.postgres.backup import end_archiving
from sync.central.postgres.restore import restored_server
from sync.central.schema.words import BackupRule
from sync.central.secrets import SECRET_FILE, Secrets, load_secrets
from sync.central.services.backup_runs import BackupHealth, read_runs
from sync.central.services.backups import choose_rule
from sync.central.services.epochs import begin_everywhere, notice_restore
from sync.central.services.personal.repeating import repeat_erasures
from sync.rules.user_error import UserError


async def backup(office: Office, options: argparse.Namespace) -> None:
    """Take a base backup, let the server copy its log from now on, and print what is in the folder."""
    if options.dsn is not None:
        raise UserError(
            "backup_not_ours",
            "That PostgreSQL is not central's own.",
            "Back it up by its own means; central's part is its data folder's secret.key.",
        )
    if options.stop:
        await _stop(office)
        ErasedList(options.data).forget_archive()
        return
    plan = Plan(data=options.data, folder=options.to, keep=options.keep, secret=not options.without_secret)
    taken = await back_up(office.database, office.dsn, plan)
    say({"backup": taken.name, "bytes": taken.bytes, "kept": taken.kept, "dropped": taken.dropped})


async def _stop(office: Office) -> None:
    connection = await asyncpg.connect(office.dsn, timeout=CONNECT_TIMEOUT_S)
    try:
        await choose_rule(office.database, BackupRule.NONE)
        await end_archiving(connection)
    finally:
        await connection.close()
    say({"archiving": False})


async def backup_status(office: Office, _options: argparse.Namespace) -> int:
    """Print how backups stand; the status is 1 when the newest attempt failed or the newest backup is late."""
    runs = await read_runs(office.database)
    health = runs.health(moment_of(office.database.clock))
    say(
        {
            "health": health.value,
            "every_s": runs.every_s,
            "backup": runs.name,
            "done_at": _said(runs.done_at),
            "tried_at": _said(runs.tried_at),
            "problem": runs.problem,
        }
    )
    return 1 if health in (BackupHealth.FAILED, BackupHealth.LATE) else 0


def restore(options: argparse.Namespace) -> int:
    """Put the database back into a new data folder, begin a new epoch, and print what stands there."""
    archive = Archive(options.source)
    secret, kept = options.data / SECRET_FILE, archive.folder / SECRET_FILE
    if not secret.exists() and not kept.exists() and not os.environ.get("COUNTERSIGN_SECRET"):
        raise UserError(
            "restore_no_secret",
            f"Neither {options.data} nor the backup holds central's secret, without which the data cannot be read.",
            f"Put {SECRET_FILE} of the old data folder into the new one.",
        )
    with restored_server(options.data, archive, options.at) as (owned, base):
        if kept.exists() and not secret.exists():
            write_durably(secret, kept.read_bytes())
            secret.chmod(0o600)
        erased = ErasedList(options.data)
        erased.adopt(archive.folder)
        erased.note_archive(archive.folder)
        awaited, again = asyncio.run(_begin_anew(owned.dsn, load_secrets(options.data), erased))
    say(
        {
            "restored": base.name,
            "at": _said(options.at),
            "tills_awaited": awaited,
            "erased_again": again,
        }
    )
    return 0


async def _begin_anew(dsn: str, secrets: Secrets, erased: ErasedList) -> tuple[int, int]:
    """Let nothing be issued that lost grants may hold already, and nobody come back who was erased.

    Return how many tills are awaited, and how many guests were erased again.
    """
    await migrate(dsn)
    async with connected(dsn, max_connections=MAX_CONNECTIONS) as database:
        # What serves later compares with what is noted here: this restore is dealt with now, once.
        if not await notice_restore(database):
            await begin_everywhere(database, why="the database was restored", actor=ACTOR)
        async with database.directory_transaction() as connection:
            networks = await connection.fetch("SELECT id FROM directory WHERE noun = 'network'")
        awaited = 0
        for row in networks:
            async with database.network_transaction(row["id"]) as connection:
                awaited += await connection.fetchval("SELECT count(*) FROM relistings")
        return awaited, await repeat_erasures(database, secrets, erased)


async def no_office(_office: Office, _options: argparse.Namespace) -> None:
    """Never run: what restores makes the database first (``run_alone``)."""


def moment(text: str) -> datetime:
    """Read a moment; without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
