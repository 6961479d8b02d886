"""The tables of `cache.db`.

A row table holds the newest version of each row as bytes; None is a tombstone, kept so that an older row
that comes late stays ignored. Its key is a slot in order of arrival, so that a snapshot, which comes in
order of digests, is written from front to back: filed by id, each of its parts would touch every page of
the file. Codes and cards are found by their keyed digests alone (16 bytes), in WITHOUT ROWID tables.
"""

from sync.protocol.feed import Table
from sync.till.sqlcipher import Connection, Migration

ROW_TABLES = {
    Table.CAMPAIGN: "campaigns",
    Table.CODE: "codes",
    Table.CARD: "cards",
    Table.GUEST: "guests",
    Table.STAFF: "staff",
    Table.SETTINGS: "settings",
}

DIGEST_TABLES = {Table.CODE: "code_digests", Table.CARD: "card_digests"}

_INDEXES = {
    **{f"{name}_by_id": f"CREATE UNIQUE INDEX {name}_by_id ON {name} (id)" for name in ROW_TABLES.values()},
    "guests_by_phone": "CREATE INDEX guests_by_phone ON guests (phone_digest) WHERE phone_digest IS NOT NULL",
}


def _create(connection: Connection) -> None:
    for name in ROW_TABLES.values():
        # The guest's name stands in a column of its own, so that a full-text index can be laid over it.
        more = ", name TEXT, phone_digest BLOB" if name == "guests" else ""
        connection.execute(
            f"CREATE TABLE {name} (slot INTEGER PRIMARY KEY, id INTEGER NOT NULL, version INTEGER NOT NULL,"
            f" row BLOB{more}) STRICT"
        )
    # The slot is part of the key: when a code is deleted and made again, the two rows may arrive in either
    # order, and removing the old one must not take the new one's digest away.
    for name in DIGEST_TABLES.values():
        connection.execute(
            f"CREATE TABLE {name} (digest BLOB NOT NULL, slot INTEGER NOT NULL,"
            " PRIMARY KEY (digest, slot)) STRICT, WITHOUT ROWID"
        )
    # Rows that this program cannot read, to be tried again by the next one.
    connection.execute(
        "CREATE TABLE unreadable (tab TEXT NOT NULL, id INTEGER NOT NULL, version INTEGER NOT NULL,"
        " row BLOB NOT NULL, PRIMARY KEY (tab, id)) STRICT, WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE meta (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    for statement in _INDEXES.values():
        connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (_create,)


def open_for_loading(connection: Connection) -> None:
    """Take the indexes away and lay out what a rebuild needs besides; the tables must be empty."""
    for name in _INDEXES:
        connection.execute(f"DROP INDEX {name}")
    for name in DIGEST_TABLES.values():
        connection.execute(f"CREATE TABLE staged_{name} (digest BLOB NOT NULL, slot INTEGER NOT NULL) STRICT")
    connection.execute("CREATE TABLE chunks (chunk INTEGER PRIMARY KEY, rows INTEGER NOT NULL) STRICT")


def close_after_loading(connection: Connection) -> None:
    """Sort the digests into their tables and make the indexes: each in one sweep instead of at random.

    Raises ``IntegrityError`` when an id came twice.
    """
    for name in DIGEST_TABLES.values():
        connection.execute(
            f"INSERT OR IGNORE INTO {name} (digest, slot)"  # noqa: S608  # our own names
            f" SELECT digest, slot FROM staged_{name} ORDER BY digest, slot"
        )
        connection.execute(f"DROP TABLE staged_{name}")
    for statement in _INDEXES.values():
        connection.execute(statement)
    connection.execute("DROP TABLE chunks")
