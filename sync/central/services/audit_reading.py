"""Reading the audit log: for people, page by page, and as a chain in which every change would show."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
import msgspec

from sync.central.database import Database
from sync.central.services.audit import GENESIS, entry_hash

ENTRIES_AT_ONCE = 1_000
_COLUMNS = "id, network_id, at, actor, action, subject, detail, previous, hash"


class AuditView(msgspec.Struct, frozen=True, kw_only=True):
    """One change: who made it, when, what it was and of what. ``actor_name`` is empty where it is no person of ours."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    detail: dict[str, Any]


class AuditFilter(NamedTuple):
    """Which entries are asked for; None is no matter. ``action`` may end with ``*``; ``until`` is not included."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Verdict(NamedTuple):
    """What walking the chain has found; ``problem`` names the first break, None for a whole chain."""

    entries: int
    head: bytes
    problem: str | None


async def list_audit(
    connection: asyncpg.Connection, network_id: int, wanted: AuditFilter, *, limit: int, offset: int
) -> tuple[list[AuditView], int]:
    """Return some entries, the newest first, and the number of all that fit."""
    where = """FROM audit a WHERE a.network_id = $1 AND ($2::text IS NULL OR a.actor = $2)
        AND ($3::text IS NULL OR a.action LIKE $3) AND ($4::text IS NULL OR a.subject = $4)
        AND ($5::timestamptz IS NULL OR a.at >= $5) AND ($6::timestamptz IS NULL OR a.at < $6)"""
    asked = (
        network_id,
        wanted.actor,
        None if wanted.action is None else _pattern(wanted.action),
        wanted.subject,
        wanted.since,
        wanted.until,
    )
    rows = await connection.fetch(
        f"""SELECT a.id, a.at, a.actor, a.action, a.subject, a.detail, COALESCE((
            SELECT s.name FROM staff s WHERE s.network_id = $1 AND a.actor = 'staff:' || s.id), '') AS actor_name
        {where} ORDER BY a.id DESC LIMIT $7 OFFSET $8""",  # noqa: S608 - conditions are ours
        *asked,
        limit,
        offset,
    )
    total: int = await connection.fetchval(f"SELECT count(*) {where}", *asked)
    return [AuditView(**row) for row in rows], total


async def verify_audit(database: Database, network_id: int, *, known: bytes | None = None) -> Verdict:
    """Walk a network's chain from its beginning, a page in a transaction.

    ``known`` is the head that was noted at an earlier look: it must be there still, or entries were cut off.
    """
    previous, entries, seen, problem = GENESIS, 0, known is None, None
    async for row in _walk(database, network_id):
        problem = _check(row, network_id, previous)
        if problem is not None:
            break
        entries += 1
        previous = row["hash"]
        seen = seen or previous == known
    if problem is None and not seen:
        problem = (
            f"The entry with the hash that was noted is not there: what followed entry {entries} was cut off."
        )
    return Verdict(entries, previous, problem)


async def _walk(database: Database, network_id: int) -> AsyncIterator[asyncpg.Record]:
    after = -(2**63)
    while True:
        async with database.network_transaction(network_id) as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM audit WHERE network_id = $1 AND id > $2 ORDER BY id LIMIT $3",  # noqa: S608 - ours
                network_id,
                after,
                ENTRIES_AT_ONCE,
            )
        for row in rows:
            yield row
        if len(rows) < ENTRIES_AT_ONCE:
            return
        after = rows[-1]["id"]


def _check(row: asyncpg.Record, network_id: int, previous: bytes) -> str | None:
    """Return what is wrong with an entry, None for nothing."""
    where = f"Entry {row['id']} ({row['action']} of {row['subject']} by {row['actor']}, {row['at']:%Y-%m-%d %H:%M:%S} UTC)"
    if row["previous"] != previous:
        return (
            f"{where} does not follow the entry before it: one was taken out, put in, moved or changed there."
        )
    content = {name: row[name] for name in ("at", "actor", "action", "subject", "detail")}
    if row["hash"] != entry_hash(previous, network_id=network_id, **content):
        return f"{where} is not what was written: its hash does not fit what it says."
    return None


def _pattern(action: str) -> str:
    """Return the LIKE pattern of a filter: its own signs are meant as they are, but for a star at the end."""
    bare = action.removesuffix("*")
    escaped = bare.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%" if bare != action else escaped
