"""Changes on their way to the tills, written in the transaction that makes them (DESIGN 6).

Publish only what can alter a till's verdict. The subject's row is locked and its version raised here, so
that two writers of one subject cannot publish in the wrong order.
"""

from collections.abc import Sequence

import asyncpg
import msgspec

from sync.protocol.feed import Table
from sync.protocol.wire import pack

OUTBOX_CHANNEL = "countersign_outbox"
"""NOTIFY channel that wakes the sequencer; the payload is the network's id."""

_SUBJECTS = {
    Table.CAMPAIGN: ("campaigns", "network_id = $1 AND id"),
    Table.CODE: ("codes", "network_id = $1 AND id"),
    Table.CARD: ("cards", "network_id = $1 AND id"),
    Table.GUEST: ("guests", "network_id = $1 AND id"),
    Table.STAFF: ("staff", "network_id = $1 AND id"),
    # The settings of a network are one row, whose subject is the network itself.
    Table.SETTINGS: ("networks", "id = $1 AND id"),
}


def _statement(table: Table) -> str:
    name, key = _SUBJECTS[table]
    # A subject that is gone already (its tombstone is published after the DELETE) has no row to count its
    # versions: the tombstone then follows the newest version that was ever published.
    return f"""
        WITH given AS (SELECT * FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS g (subject, row, place)),
        raised AS (
            UPDATE {name} SET version = version + 1
            WHERE {key} = ANY ($2::bigint[]) RETURNING id, version
        )
        INSERT INTO outbox (network_id, tab, subject, version, row)
        SELECT $1, $4, given.subject, COALESCE(
            raised.version,
            (SELECT max(o.version) + 1 FROM outbox o
             WHERE o.network_id = $1 AND o.tab = $4 AND o.subject = given.subject),
            1
        ), given.row
        FROM given LEFT JOIN raised ON raised.id = given.subject
        ORDER BY given.place
        """  # noqa: S608 (the names come from the table above, never from a caller)


_STATEMENTS = {table: _statement(table) for table in Table}


async def publish(
    connection: asyncpg.Connection,
    network_id: int,
    table: Table,
    subject_id: int,
    row: msgspec.Struct | None,
) -> None:
    """Publish one row as it is now, or its tombstone (None), in the caller's transaction.

    ``subject_id`` is the row's id in its table; for ``Table.SETTINGS`` it is the network's id. The row
    must have been read or written under a lock in this transaction.
    """
    await publish_many(connection, network_id, table, [(subject_id, row)])


async def publish_many(
    connection: asyncpg.Connection,
    network_id: int,
    table: Table,
    rows: Sequence[tuple[int, msgspec.Struct | None]],
) -> None:
    """Publish several rows of one table in one statement. No subject may stand in it twice."""
    if not rows:
        return
    subjects = [subject for subject, _ in rows]
    packed = [None if row is None else pack(row) for _, row in rows]
    await connection.execute(_STATEMENTS[table], network_id, subjects, packed, table.value)
    # Notices of one transaction with the same text are merged by PostgreSQL and sent at COMMIT.
    await connection.execute("SELECT pg_notify($1, $2)", OUTBOX_CHANNEL, str(network_id))
