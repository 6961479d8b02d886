"""Snapshots: everything that a till needs to begin with, from one state of the database (DESIGN 6).

A snapshot is made once and kept for many tills. It stays good while the feed reaches back to its number: a
till goes on from there. A new one is made when the feed has moved on far enough.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NamedTuple

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.refusal import Refusal
from sync.central.services.snapshot_chunks import PackedChunk
from sync.central.services.snapshot_codes import Told, code_chunks
from sync.central.services.snapshot_making import making
from sync.central.services.snapshot_rows import change_chunks
from sync.protocol.feed import ChunkInfo, Manifest, SignedManifest
from sync.protocol.keys import Purpose
from sync.protocol.problems import ProblemType
from sync.protocol.wire import canonical

KEPT_SNAPSHOTS = 3
KEPT_AT_LEAST = timedelta(hours=1)
"""A till that loads an older one may finish."""
STALE_AFTER_CHANGES = 2_000
STALE_SHARE = 10
"""A snapshot is stale when the feed has moved on by this many changes and by one row in this many."""
_LOCK_CLASS = 0x43_53_53


class SnapshotState(NamedTuple):
    """The newest snapshot of a network, if any, and whether the feed has left it behind."""

    signed: SignedManifest | None
    stale: bool


class Chunk(NamedTuple):
    """A part of a chunk: bytes from ``start`` of ``size`` in all."""

    body: bytes
    start: int
    size: int
    sha256: bytes


async def newest_snapshot(database: Database, network_id: int) -> SnapshotState:
    """Return the newest snapshot from which the feed can be followed."""
    async with database.network_transaction(network_id, repeatable_read=True) as connection:
        row = await connection.fetchrow(
            """SELECT s.manifest, s.signature, n.feed_head - s.number AS behind, s.rows
            FROM networks n JOIN snapshots s ON s.network_id = n.id AND s.epoch = n.feed_epoch
            WHERE n.id = $1 AND s.number >= COALESCE(
                (SELECT min(number) - 1 FROM outbox WHERE network_id = $1 AND number IS NOT NULL), n.feed_head)
            ORDER BY s.id DESC LIMIT 1""",
            network_id,
        )
    if row is None:
        return SnapshotState(None, stale=True)
    stale = row["behind"] > max(STALE_AFTER_CHANGES, row["rows"] // STALE_SHARE)
    return SnapshotState(SignedManifest(row["manifest"], row["signature"]), stale)


async def build_snapshot(database: Database, secrets: Secrets, network_id: int) -> bool:
    """Make a snapshot and remove those that nobody needs any more; False when somebody else is making one."""
    try:
        return await _build(database, secrets, network_id)
    except asyncpg.SerializationError:
        # Somebody else finished one while this state was read, and cleared away what this one would have.
        return False


async def _build(database: Database, secrets: Secrets, network_id: int) -> bool:
    async with database.network_transaction(network_id, repeatable_read=True) as connection:
        free = await connection.fetchval(
            "SELECT pg_try_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", _LOCK_CLASS, network_id
        )
        if not free:
            return False
        cursor = await connection.fetchrow(
            "SELECT feed_epoch, feed_head FROM networks WHERE id = $1", network_id
        )
        if cursor is None:
            return False
        async with making(database, network_id, connection) as told:
            content = _content(connection, secrets, network_id, told)
            await _store(connection, secrets, network_id, cursor, content)
        await _prune(connection, network_id)
    return True


async def _content(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, told: Told
) -> AsyncIterator[PackedChunk]:
    """Yield everything; all of it comes from the caller's one repeatable read."""
    async for chunk in change_chunks(connection, secrets, network_id):
        yield chunk
    async for chunk in code_chunks(connection, network_id, secrets.digest_key(network_id), told):
        yield chunk


async def _store(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    cursor: asyncpg.Record,
    chunks: AsyncIterator[PackedChunk],
) -> None:
    snapshot_id: int = await connection.fetchval(
        """INSERT INTO snapshots (network_id, epoch, number, rows, manifest, signature)
        VALUES ($1, $2, $3, 0, '', '') RETURNING id""",
        network_id,
        cursor["feed_epoch"],
        cursor["feed_head"],
    )
    infos: list[ChunkInfo] = []
    async for chunk in chunks:
        await connection.execute(
            """INSERT INTO snapshot_chunks (network_id, snapshot_id, chunk, sha256, body, rows)
            VALUES ($1, $2, $3, $4, $5, $6)""",
            network_id,
            snapshot_id,
            len(infos),
            chunk.info.sha256,
            chunk.body,
            chunk.info.rows,
        )
        infos.append(chunk.info)
    manifest = Manifest(
        snapshot=snapshot_id,
        network=network_id,
        epoch=str(cursor["feed_epoch"]),
        number=cursor["feed_head"],
        rows=sum(info.rows for info in infos),
        chunks=tuple(infos),
    )
    body = canonical(manifest)
    await connection.execute(
        "UPDATE snapshots SET rows = $3, manifest = $4, signature = $5 WHERE network_id = $1 AND id = $2",
        network_id,
        snapshot_id,
        manifest.rows,
        body,
        secrets.signing_key.sign(Purpose.SNAPSHOT, body),
    )


async def _prune(connection: asyncpg.Connection, network_id: int) -> None:
    await connection.execute(
        """DELETE FROM snapshots WHERE network_id = $1 AND created_at < $2 AND id NOT IN (
            SELECT id FROM snapshots WHERE network_id = $1 ORDER BY id DESC LIMIT $3)""",
        network_id,
        moment(clock_of(connection)) - KEPT_AT_LEAST,
        KEPT_SNAPSHOTS,
    )


async def read_chunk(
    database: Database,
    network_id: int,
    snapshot_id: int,
    chunk: int,
    *,
    start: int = 0,
    end: int | None = None,
) -> Chunk:
    """Return bytes ``start`` to ``end`` (exclusive) of a chunk; raises :class:`Refusal` ``snapshot-gone``."""
    async with database.network_transaction(network_id) as connection:
        row = await connection.fetchrow(
            """SELECT substring(body FROM $4 + 1 FOR $5) AS part, length(body) AS size, sha256
            FROM snapshot_chunks WHERE network_id = $1 AND snapshot_id = $2 AND chunk = $3""",
            network_id,
            snapshot_id,
            chunk,
            start,
            _MAX_PART if end is None else max(0, min(end - start, _MAX_PART)),
        )
    if row is None:
        raise Refusal(
            ProblemType.SNAPSHOT_GONE, "This snapshot is gone.", "Ask for the newest one and begin again."
        )
    return Chunk(row["part"], start, row["size"], row["sha256"])


_MAX_PART = 2**30
