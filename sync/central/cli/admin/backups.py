"""`backup` and `restore`."""

import argparse
import asyncio
import os
from datetime import UTC, datetime

import asyncpg

from sync.central.cli.admin.office import ACTOR, MAX_CONNECTIONS, Office
from sync.central.cli.output import say
from sync.central.database import CONNECT_TIMEOUT_S, connected
from sync.central.migrating import migrate
from sync.central.postgres.account import choose_account
from sync.central.postgres.archive import Archive, write_durably
from sync.central.postgres.backup import (
    archive_up_to_now,
    begin_archiving,
    end_archiving,
    first_needed,
    take_base,
)
from sync.central.postgres.binaries import find_binaries
from sync.central.postgres.restore import restored_server
from sync.central.postgres.sockets import folder_of
from sync.central.schema.words import BackupRule
from sync.central.secrets import SECRET_FILE
from sync.central.services import backups
from sync.central.services.backups import choose_rule
from sync.central.services.epochs import begin_everywhere, notice_restore
from sync.rules.user_error import UserError


async def backup(office: Office, options: argparse.Namespace) -> None:
    """Take a base backup, let the server copy its log from now on, and print what is in the folder."""
    if options.dsn is not None:
        raise UserError(
            "backup_not_ours",
            "That PostgreSQL is not central's own.",
            "Back it up by its own means; central's part is its data folder's secret.key.",
        )
    connection = await asyncpg.connect(office.dsn, timeout=CONNECT_TIMEOUT_S)
    try:
        if options.stop:
            await backups.choose_rule(office.database, BackupRule.NONE)
            await end_archiving(connection)
            await choose_rule(office.database, BackupRule.NONE)
            say({"archiving": False})
            return
        archive = Archive(options.to)
        archive.prepare(choose_account(options.data))
        await begin_archiving(connection, archive)
        first_wal = await first_needed(connection)
        sockets = folder_of(office.dsn)
        base = await asyncio.to_thread(take_base, find_binaries(), sockets, archive, first_wal=first_wal)
        # From here on whatever the archiver has copied survives the loss of central's disk.
        await backups.choose_rule(office.database, BackupRule.ARCHIVE)
        await backups.follow_archive(office.database)
        await archive_up_to_now(connection)
        await backups.follow_archive(office.database)
    finally:
        await connection.close()
    secret = options.data / SECRET_FILE
    if not options.without_secret and secret.is_file():
        write_durably(archive.folder / SECRET_FILE, secret.read_bytes())
        (archive.folder / SECRET_FILE).chmod(0o600)
    # From now on what the archiver has stored counts as safe; tills prune below it.
    await choose_rule(office.database, BackupRule.ARCHIVE)
    dropped = archive.drop_all_but(options.keep)
    say({"backup": base.name, "bytes": base.bytes, "kept": len(archive.bases()), "dropped": len(dropped)})


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
        awaited = asyncio.run(_begin_anew(owned.dsn))
    say({"restored": base.name, "at": _said(options.at), "tills_awaited": awaited})
    return 0


async def _begin_anew(dsn: str) -> int:
    """Let nothing be issued that lost grants may hold already; return how many tills are awaited."""
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
    return awaited


async def no_office(_office: Office, _options: argparse.Namespace) -> None:
    """Never run: what restores makes the database first (``run_alone``)."""


def count(text: str) -> int:
    """Read how many backups stay: at least one."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one backup stays")
    return number


def moment(text: str) -> datetime:
    """Read a moment; without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
