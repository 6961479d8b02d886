"""Loading a snapshot's chunks into tables that were empty, in the order in which they come."""

from collections.abc import Sequence

from sync.protocol.code_columns import CodesPart, DigestsPart
from sync.protocol.feed import Change, Table
from sync.protocol.wire import WireError
from sync.till.cache.apply import COUNTED, count
from sync.till.cache.codes import Codes, load_codes, load_digests
from sync.till.cache.guest_search import index_new
from sync.till.cache.read_change import Stored, read_change
from sync.till.cache.schema import DIGEST_TABLES, ROW_TABLES
from sync.till.cache.unreadable import put_aside
from sync.till.sqlcipher import Connection

Chunk = Sequence[Change] | CodesPart | DigestsPart

_Row = tuple[object, ...]


def rows_of(chunk: Chunk) -> int:
    """Return how many rows a chunk brings."""
    if isinstance(chunk, CodesPart):
        return len(chunk.steps)
    return sum(chunk.counts) if isinstance(chunk, DigestsPart) else len(chunk)


def load(connection: Connection, chunk: Chunk) -> None:
    """Append a chunk inside the caller's transaction.

    Raises ``WireError`` for columns that do not fit each other, and that or ``IntegrityError`` for a row that
    came before.
    """
    if isinstance(chunk, CodesPart):
        count(connection, {Table.CODE: load_codes(connection, chunk)})
    elif isinstance(chunk, DigestsPart):
        load_digests(connection, chunk)
    else:
        _load_changes(connection, chunk)


def _load_changes(connection: Connection, changes: Sequence[Change]) -> None:
    rows: dict[Table, list[_Row]] = {table: [] for table in ROW_TABLES}
    cards: list[tuple[bytes, int]] = []
    lives = dict.fromkeys(COUNTED, 0)
    codes = Codes(connection, changes)
    for change in changes:
        table = change.table
        if table is Table.CODE:
            more = codes.lay(change)
            if more is None or codes.replaced:
                msg = f"code {change.id} comes twice"
                raise WireError(msg)
            lives[table] += more
            continue
        stored = _read(connection, change)
        rows[table].append(_columns(change, stored))
        if stored is not None and table in lives:
            lives[table] += 1
        if stored is not None and table is Table.CARD:
            cards += [(digest, change.id) for digest in stored.digests]
    codes.close()
    for table, name in ROW_TABLES.items():
        columns = "id, version, row" + (", name, phone_digest" if table is Table.GUEST else "")
        marks = ", ".join("?" * len(columns.split(",")))
        connection.executemany(
            f"INSERT INTO {name} ({columns}) VALUES ({marks})",  # noqa: S608  # our own names
            rows[table],
        )
    if rows[Table.GUEST]:
        index_new(connection, [change.id for change in changes if change.table is Table.GUEST])
    connection.executemany(
        f"INSERT OR IGNORE INTO {DIGEST_TABLES[Table.CARD]} (digest, id) VALUES (?, ?)",  # noqa: S608  # the same
        sorted(cards),
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


def _columns(change: Change, stored: Stored | None) -> _Row:
    row, name, phone_digest = (
        (None, None, None) if stored is None else (stored.row, stored.name, stored.phone_digest)
    )
    columns = (change.id, change.version, row)
    return (*columns, name, phone_digest) if change.table is Table.GUEST else columns
