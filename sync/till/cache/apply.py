"""Laying changes over the replica: absolute, versioned rows, so that any order and repetition ends the same."""

from collections.abc import Sequence

from sync.protocol.feed import Change, Table
from sync.protocol.wire import WireError
from sync.till.cache.codes import Codes
from sync.till.cache.read_change import Stored, digests_of, read_change
from sync.till.cache.schema import DIGEST_TABLES, ROW_TABLES
from sync.till.cache.unreadable import no_longer_aside, put_aside
from sync.till.sqlcipher import Connection

COUNTED = {Table.CODE: "codes", Table.GUEST: "guests"}
"""Tables whose living rows are counted as they come: counting a million at every glance would be slow."""

_TABLES = {**ROW_TABLES, Table.CODE: "codes"}
_FIND = {
    table: f"SELECT version, row FROM {name} WHERE id = ?"  # noqa: S608  # our own names
    for table, name in ROW_TABLES.items()
}
_STORE = {
    table: f"INSERT INTO {name} (id, version, row) VALUES (?, ?, ?)"  # noqa: S608  # the same
    " ON CONFLICT (id) DO UPDATE SET version = excluded.version, row = excluded.row"
    for table, name in ROW_TABLES.items()
}


def apply_changes(connection: Connection, changes: Sequence[Change]) -> int:
    """Apply changes inside the caller's transaction; return how many were newer than what was there.

    A row that this program cannot read takes the place of the older one all the same (an outdated rule must
    not go on deciding) and is kept for a newer program to read.
    """
    applied = 0
    counts = dict.fromkeys(COUNTED, 0)
    codes = Codes(connection, changes)
    for change in changes:
        more = codes.lay(change) if change.table is Table.CODE else _lay(connection, change)
        if more is None:
            continue
        if change.table in counts:
            counts[change.table] += more
        applied += 1
    codes.close()
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
        connection.execute(
            f"UPDATE {_TABLES[table]} SET version = ? WHERE id = ? AND version = ?",  # noqa: S608  # ours
            (version - 1, row_id, version),
        )
        apply_changes(connection, [Change(table, row_id, version, row)])


def count(connection: Connection, counts: dict[Table, int]) -> None:
    """Add to the counts of living rows."""
    for table, more in counts.items():
        if more:
            connection.execute(
                "INSERT INTO meta (name, content) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET content = CAST(content + excluded.content AS TEXT)",
                (COUNTED[table], str(more)),
            )


def _lay(connection: Connection, change: Change) -> int | None:
    """Put a row in the place of the one before; return how many living rows more there are, None for an older one."""
    held = connection.execute(_FIND[change.table], (change.id,)).fetchone()
    if held is not None and held[0] >= change.version:
        return None
    before = None if held is None else held[1]
    if held is not None:
        no_longer_aside(connection, change)
    stored = None
    if change.row is not None:
        try:
            stored = read_change(change.table, change.row)
        except WireError:
            put_aside(connection, change)
    row = None if stored is None else stored.row
    connection.execute(_STORE[change.table], (change.id, change.version, row))
    _file(connection, change, () if before is None else digests_of(change, before), stored)
    return (stored is not None) - (before is not None)


def _file(connection: Connection, change: Change, before: tuple[bytes, ...], stored: Stored | None) -> None:
    """Let the row be found by what it answers to now, and no longer by what it answered to before."""
    if change.table is Table.GUEST:
        name, phone = (None, None) if stored is None else (stored.name, stored.phone_digest)
        connection.execute(
            "UPDATE guests SET name = ?, phone_digest = ? WHERE id = ?", (name, phone, change.id)
        )
    digests = () if stored is None else stored.digests
    table = DIGEST_TABLES.get(change.table)
    if table is None or digests == before:
        return
    connection.executemany(
        f"DELETE FROM {table} WHERE digest = ? AND id = ?",  # noqa: S608  # one of our two tables
        [(digest, change.id) for digest in before],
    )
    connection.executemany(
        f"INSERT OR IGNORE INTO {table} (digest, id) VALUES (?, ?)",  # noqa: S608  # the same
        [(digest, change.id) for digest in digests],
    )
