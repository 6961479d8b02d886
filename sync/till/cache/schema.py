"""The tables of `cache.db`.

A row table holds the newest version of each row as bytes, by id; None is a tombstone, kept so that an older
row that comes late stays ignored. A code is kept as its shape, which it shares with many, and what is its own:
with its keyed digest (16 bytes, WITHOUT ROWID) a million of them take some 45 megabytes. A snapshot brings
ids and digests each in their own order, so that all tables are written from front to back.
"""

from sync.protocol.feed import Table
from sync.till.cache.guest_search import open_guest_search
from sync.till.sqlcipher import Connection, Migration

ROW_TABLES = {
    Table.CAMPAIGN: "campaigns",
    Table.CARD: "cards",
    Table.GUEST: "guests",
    Table.STAFF: "staff",
    Table.SETTINGS: "settings",
}

DIGEST_TABLES = {Table.CODE: "code_digests", Table.CARD: "card_digests"}

_FIRST_LAYOUT = (
    "campaigns", "codes", "cards", "guests", "staff", "settings", "code_digests", "card_digests", "unreadable",
    "meta", "staged_code_digests", "staged_card_digests", "chunks",
)  # fmt: skip


def _forget_first_layout(connection: Connection) -> None:
    """Drop the tables of the first layout: what was in them comes again with the next snapshot."""
    for name in _FIRST_LAYOUT:
        connection.execute(f"DROP TABLE IF EXISTS {name}")


def _create(connection: Connection) -> None:
    for name in ROW_TABLES.values():
        # What a guest is searched by stands in a column of its own: see sync.till.cache.guest_search.
        more = ", name TEXT, phone_digest BLOB" if name == "guests" else ""
        connection.execute(
            f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, row BLOB{more}) STRICT"
        )
    connection.execute("CREATE INDEX guests_by_phone ON guests (phone_digest) WHERE phone_digest IS NOT NULL")
    connection.execute("CREATE TABLE code_shapes (id INTEGER PRIMARY KEY, shape BLOB NOT NULL UNIQUE) STRICT")
    # A code without a shape is a tombstone. ``own``: see sync.protocol.code_columns.
    connection.execute(
        "CREATE TABLE codes (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, shape INTEGER, own ANY) STRICT"
    )
    # The id is part of the key: when a code is deleted and made again, the two rows may arrive in either
    # order, and both answer to one digest for a while.
    for name in DIGEST_TABLES.values():
        connection.execute(
            f"CREATE TABLE {name} (digest BLOB NOT NULL, id INTEGER NOT NULL,"
            " PRIMARY KEY (digest, id)) STRICT, WITHOUT ROWID"
        )
    # Rows that this program cannot read, to be tried again by the next one.
    connection.execute(
        "CREATE TABLE unreadable (tab TEXT NOT NULL, id INTEGER NOT NULL, version INTEGER NOT NULL,"
        " row BLOB NOT NULL, PRIMARY KEY (tab, id)) STRICT, WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE meta (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


MIGRATIONS: tuple[Migration, ...] = (_forget_first_layout, _create, open_guest_search)


def open_for_loading(connection: Connection) -> None:
    """Lay out what a rebuild needs besides its tables."""
    connection.execute("CREATE TABLE chunks (chunk INTEGER PRIMARY KEY, rows INTEGER NOT NULL) STRICT")


def close_after_loading(connection: Connection) -> None:
    """Remove it again."""
    connection.execute("DROP TABLE chunks")
