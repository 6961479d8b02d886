"""What of the journals would survive the loss of central's disk: the watermark ``safe`` (DESIGN 5).

The rule is one for every kind of backup. A *mark* notes how far each life of each till is held. A backup that
was begun after the mark holds all of it, so once that backup is stored away (``admin note-backup``, or
PostgreSQL's archiver has passed the mark), everything up to the mark is safe. One mark is under way at a time.
Tills prune only below ``safe``: a mark must never be noted for a backup that was begun before it.
"""

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database, enter_network
from sync.central.schema.words import BackupRule, Noun
from sync.rules.user_error import UserError


class Mark(msgspec.Struct, frozen=True):
    """A mark that was set: its number, and the place in the write-ahead log behind everything it covers."""

    number: int
    lsn: str


async def choose_rule(database: Database, rule: BackupRule) -> None:
    """Say by whose word a mark counts as stored away. Without any, nothing is called safe any more."""
    async with database.directory_transaction() as connection:
        await connection.execute("UPDATE installation SET backup_rule = $1", rule.value)
        if rule is BackupRule.NONE:
            await _in_every_network(
                connection,
                "UPDATE incarnations SET safe_seq = NULL WHERE network_id = $1 AND safe_seq IS NOT NULL",
            )


async def set_mark(database: Database) -> Mark:
    """Note how far everything is held; a backup that is begun from now on covers it."""
    async with database.directory_transaction() as connection:
        # Locked first, so that two marks never mix.
        number: int = await connection.fetchval("UPDATE installation SET mark = mark + 1 RETURNING mark")
        await _in_every_network(
            connection,
            """UPDATE incarnations SET marked_seq = applied_seq
            WHERE network_id = $1 AND marked_seq IS DISTINCT FROM applied_seq""",
        )
    async with database.directory_transaction() as connection:
        # Read after the commit of everything that the mark covers: it lies behind all of it.
        lsn: str = await connection.fetchval("SELECT pg_current_wal_lsn()::text")
        await connection.execute(
            "UPDATE installation SET mark_lsn = $2, marked_at = $3 WHERE mark = $1",
            number,
            lsn,
            moment(clock_of(connection)),
        )
    return Mark(number, lsn)


async def note_backup(database: Database, number: int) -> None:
    """Call everything up to a mark safe: a backup that was begun after it is stored away.

    Raises :class:`UserError` ``backup_rule`` while no backup is configured, ``mark_unknown`` for a mark that was
    followed by another.
    """
    async with database.directory_transaction() as connection:
        row = await connection.fetchrow("SELECT mark, mark_lsn, backup_rule FROM installation FOR UPDATE")
        if row["backup_rule"] == BackupRule.NONE.value:
            raise UserError(
                "backup_rule",
                "No backup is configured, so no mark can be called safe.",
                "Say how backups are noted first: admin backup-rule manual.",
            )
        if number != row["mark"] or row["mark_lsn"] is None:
            raise UserError(
                "mark_unknown",
                f"Mark {number} is not the newest one, or was never finished.",
                "Set a mark (admin mark-backup), take the backup, then note that mark.",
            )
        await _make_safe(connection)


async def follow_archive(database: Database) -> bool:
    """Where the archiver's word counts: note the mark under way when it is archived, and set the next one.

    Returns whether something became safe. Does nothing under another rule.
    """
    async with database.directory_transaction() as connection:
        row = await connection.fetchrow(
            """SELECT i.backup_rule, i.mark_lsn, i.noted_at >= i.marked_at AS noted,
                i.mark_lsn IS NOT NULL AND a.last_archived_wal ~ '^[0-9A-F]{24}$'
                    AND left(a.last_archived_wal, 8) = left(pg_walfile_name(pg_current_wal_lsn()), 8)
                    AND a.last_archived_wal >= pg_walfile_name(i.mark_lsn::pg_lsn) AS archived
            FROM installation i, pg_stat_archiver a FOR UPDATE OF i"""
        )
        if row["backup_rule"] != BackupRule.ARCHIVE.value:
            return False
        done = bool(row["archived"]) and not row["noted"]
        if done:
            await _make_safe(connection)
        under_way = row["mark_lsn"] is not None and not done and not row["noted"]
    if not under_way:
        await set_mark(database)
    return done


async def _make_safe(connection: asyncpg.Connection) -> None:
    await connection.execute("UPDATE installation SET noted_at = $1", moment(clock_of(connection)))
    await _in_every_network(
        connection,
        """UPDATE incarnations SET safe_seq = marked_seq
        WHERE network_id = $1 AND marked_seq > COALESCE(safe_seq, -1)""",
    )


async def _in_every_network(connection: asyncpg.Connection, statement: str) -> None:
    rows = await connection.fetch("SELECT id FROM directory WHERE noun = $1 ORDER BY id", Noun.NETWORK.value)
    for row in rows:
        await enter_network(connection, row["id"])
        await connection.execute(statement, row["id"])
