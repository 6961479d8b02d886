"""Laying changes over the replica: absolute, versioned rows, so that any order and repetition ends the same."""

from collections.abc import Iterable

from sync.protocol.feed import Change, Table
from sync.protocol.wire import WireError
from sync.till.cache.read_change import Stored, digests_of, read_change
from sync.till.cache.schema import DIGEST_TABLES, ROW_TABLES
from sync.till.sqlcipher import Connection

COUNTED = {Table.CODE: "codes", Table.GUEST: "guests"}
"""Tables whose living rows are counted as they come: counting a million at every glance would be slow."""

_FIND = {
    table: f"SELECT slot, version, row FROM {name} WHERE id = ?"  # noqa: S608  # our own names
    for table, name in ROW_TABLES.items()
}
_INSERT = {
    table: f"INSERT INTO {name} (id, version, row) VALUES (?, ?, ?)"  # noqa: S608  # the same
    for table, name in ROW_TABLES.items()
}
_UPDATE = {
    table: f"UPDATE {name} SET version = ?, row = ? WHERE slot = ?"  # noqa: S608  # the same
    for table, name in ROW_TABLES.items()
}


def apply_changes(connection: Connection, changes: Iterable[Change]) -> int:
    """Apply changes inside the caller's transaction; return how many were newer than what was there.

    A row that this program cannot read takes the place of the older one all the same (an outdated rule must
    not go on deciding) and is kept for a newer program to read.
    """
    applied = 0
    counts = dict.fromkeys(COUNTED, 0)
    for change in changes:
        held = connection.execute(_FIND[change.table], (change.id,)).fetchone()
        slot, version, before = held or (None, None, None)
        if version is not None and version >= change.version:
            continue
        lives = _store(connection, change, slot, before)
        if change.table in counts:
            counts[change.table] += lives - (before is not None)
        applied += 1
    count(connection, counts)
    return applied


def retry_unreadable(connection: Connection) -> None:
    """Try again, with this program, the rows that another one could not read."""
    for tab, row_id, version, row in connection.execute(
        "SELECT tab, id, version, row FROM unreadable"
    ).fetchall():
        table = Table(tab)
        connection.execute("DELETE FROM unreadable WHERE tab = ? AND id = ?", (tab, row_id))
        # The empty row that stands in its place gives way.
        slot, held, _ = connection.execute(_FIND[table], (row_id,)).fetchone()
        if held == version:
            connection.execute(_UPDATE[table], (version - 1, None, slot))
        apply_changes(connection, [Change(table, row_id, version, row)])


def put_aside(connection: Connection, change: Change) -> None:
    """Keep a row that this program cannot read."""
    connection.execute(
        "INSERT OR REPLACE INTO unreadable (tab, id, version, row) VALUES (?, ?, ?, ?)",
        (change.table.value, change.id, change.version, change.row),
    )


def count(connection: Connection, counts: dict[Table, int]) -> None:
    """Add to the counts of living rows."""
    for table, more in counts.items():
        if more:
            connection.execute(
                "INSERT INTO meta (name, content) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET content = CAST(content + excluded.content AS TEXT)",
                (COUNTED[table], str(more)),
            )


def _store(connection: Connection, change: Change, slot: int | None, before: bytes | None) -> bool:
    """Put a row in the place of the one before; return whether a living, readable row stands there now."""
    stored = None
    if change.row is not None:
        try:
            stored = read_change(change.table, change.row)
        except WireError:
            put_aside(connection, change)
    if slot is not None and stored is not None:
        connection.execute("DELETE FROM unreadable WHERE tab = ? AND id = ?", (change.table.value, change.id))
    row = None if stored is None else stored.row
    if slot is None:
        slot = connection.execute(_INSERT[change.table], (change.id, change.version, row)).lastrowid
    else:
        connection.execute(_UPDATE[change.table], (change.version, row, slot))
    _file(connection, change, slot, () if before is None else digests_of(change, before), stored)
    return stored is not None


def _file(
    connection: Connection, change: Change, slot: int, before: tuple[bytes, ...], stored: Stored | None
) -> None:
    """Let the row be found by what it answers to now, and no longer by what it answered to before."""
    if change.table is Table.GUEST:
        name, phone = (None, None) if stored is None else (stored.name, stored.phone_digest)
        connection.execute("UPDATE guests SET name = ?, phone_digest = ? WHERE slot = ?", (name, phone, slot))
    digests = () if stored is None else stored.digests
    table = DIGEST_TABLES.get(change.table)
    if table is None or digests == before:
        return
    connection.executemany(
        f"DELETE FROM {table} WHERE digest = ? AND slot = ?",  # noqa: S608  # one of our two tables
        [(digest, slot) for digest in before],
    )
    connection.executemany(
        f"INSERT OR IGNORE INTO {table} (digest, slot) VALUES (?, ?)",  # noqa: S608  # the same
        [(digest, slot) for digest in digests],
    )
