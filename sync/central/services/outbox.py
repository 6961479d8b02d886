"""Changes on their way to the tills, written in the transaction that makes them (DESIGN 6).

Publish only what can alter a till's verdict. The subject's row is locked and its version raised here, so
that two writers of one subject cannot publish in the wrong order.
"""

from collections.abc import Sequence

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.protocol.feed import Table
from sync.protocol.wire import pack

OUTBOX_CHANNEL = "countersign_outbox"
"""NOTIFY channel that wakes the sequencer; the payload is the network's id."""

_SUBJECTS = {
    Table.CAMPAIGN: ("campaigns", "t.network_id = $1"),
    Table.CODE: ("codes", "t.network_id = $1"),
    Table.CARD: ("cards", "t.network_id = $1"),
    Table.GUEST: ("guests", "t.network_id = $1"),
    Table.STAFF: ("staff", "t.network_id = $1"),
    # The settings of a network are one row, whose subject is the network itself.
    Table.SETTINGS: ("networks", "t.id = $1"),
}


def _statement(table: Table) -> str:
    name, own = _SUBJECTS[table]
    return f"""
        WITH raised AS (
            UPDATE {name} t SET version = t.version + 1
            FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS g (subject, row, place)
            WHERE {own} AND t.id = g.subject RETURNING g.subject, t.version, g.row, g.place
        )
        INSERT INTO outbox (network_id, tab, subject, version, row, created_at)
        SELECT $1, $4, subject, version, row, $5::timestamptz FROM raised ORDER BY place RETURNING subject
        """  # noqa: S608 - the names come from the table above, never from a caller


_STATEMENTS = {table: _statement(table) for table in Table}

# A subject that is gone already (its tombstone is published after the DELETE) has no row that counts its
# versions: what is published then follows the newest version that ever was.
_GONE = """
    INSERT INTO outbox (network_id, tab, subject, version, row, created_at)
    SELECT $1, $4, g.subject, COALESCE((
        SELECT max(o.version) + 1 FROM outbox o
        WHERE o.network_id = $1 AND o.tab = $4 AND o.subject = g.subject
    ), 1), g.row, $5::timestamptz
    FROM unnest($2::bigint[], $3::bytea[]) AS g (subject, row)
"""


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
    """Publish several rows of one table in one statement; of a subject given twice, the last row counts."""
    if not rows:
        return
    packed = {subject: None if row is None else pack(row) for subject, row in rows}
    at = moment(clock_of(connection))
    raised = await connection.fetch(
        _STATEMENTS[table], network_id, list(packed), list(packed.values()), table.value, at
    )
    if len(raised) < len(packed):
        for record in raised:
            del packed[record["subject"]]
        await connection.execute(_GONE, network_id, list(packed), list(packed.values()), table.value, at)
    # Notices of one transaction with the same text are merged by PostgreSQL and sent at COMMIT.
    await connection.execute("SELECT pg_notify($1, $2)", OUTBOX_CHANNEL, str(network_id))


async def publish_new(
    connection: asyncpg.Connection,
    network_id: int,
    table: Table,
    rows: Sequence[tuple[int, msgspec.Struct]],
) -> None:
    """Publish rows that the caller's transaction has just made, in their first version (1)."""
    if not rows:
        return
    await connection.execute(
        """INSERT INTO outbox (network_id, tab, subject, version, row)
        SELECT $1, $2, g.subject, 1, g.row FROM unnest($3::bigint[], $4::bytea[]) AS g (subject, row)""",
        network_id,
        table.value,
        [subject for subject, _ in rows],
        [pack(row) for _, row in rows],
    )
    await connection.execute("SELECT pg_notify($1, $2)", OUTBOX_CHANNEL, str(network_id))
