"""Loading a snapshot's rows into tables that were empty: append only, in the order in which they come."""

from collections.abc import Sequence

from sync.protocol.feed import Change, Table
from sync.protocol.wire import WireError
from sync.till.cache.apply import COUNTED, count, put_aside
from sync.till.cache.read_change import Stored, read_change
from sync.till.cache.schema import DIGEST_TABLES, ROW_TABLES
from sync.till.sqlcipher import Connection

_Row = tuple[object, ...]


def load_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Append rows inside the caller's transaction; ids that come twice are found when loading is closed."""
    rows: dict[Table, list[_Row]] = {table: [] for table in ROW_TABLES}
    digests: dict[Table, list[_Row]] = {table: [] for table in DIGEST_TABLES}
    slots = {table: _next_slot(connection, name) for table, name in ROW_TABLES.items()}
    lives = dict.fromkeys(COUNTED, 0)
    for change in changes:
        table = change.table
        slot = slots[table]
        slots[table] = slot + 1
        stored = _read(connection, change)
        if stored is None:
            rows[table].append(_columns(table, slot, change, None, None, None))
            continue
        rows[table].append(_columns(table, slot, change, stored.row, stored.name, stored.phone_digest))
        if table in digests:
            digests[table] += [(digest, slot) for digest in stored.digests]
        if table in lives:
            lives[table] += 1
    for table, name in ROW_TABLES.items():
        columns = "slot, id, version, row" + (", name, phone_digest" if table is Table.GUEST else "")
        marks = ", ".join("?" * len(columns.split(",")))
        connection.executemany(
            f"INSERT INTO {name} ({columns}) VALUES ({marks})",  # noqa: S608  # our own names
            rows[table],
        )
    for table, name in DIGEST_TABLES.items():
        connection.executemany(
            f"INSERT INTO staged_{name} (digest, slot) VALUES (?, ?)",  # noqa: S608  # the same
            digests[table],
        )
    count(connection, lives)


def _read(connection: Connection, change: Change) -> Stored | None:
    if change.row is None:
        return None
    try:
        return read_change(change.table, change.row)
    except WireError:
        put_aside(connection, change)
        return None


def _columns(
    table: Table, slot: int, change: Change, row: bytes | None, name: str | None, phone_digest: bytes | None
) -> _Row:
    columns = (slot, change.id, change.version, row)
    return (*columns, name, phone_digest) if table is Table.GUEST else columns


def _next_slot(connection: Connection, name: str) -> int:
    row = connection.execute(f"SELECT coalesce(max(slot), 0) + 1 FROM {name}").fetchone()  # noqa: S608  # ours
    return int(row[0])
