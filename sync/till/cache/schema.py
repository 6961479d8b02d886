"""The tables of `cache.db`.

A row table holds the newest version of each row as bytes; None is a tombstone, kept so that an older row
that comes late stays ignored. Codes and cards are found by their keyed digests alone (16 bytes), in
WITHOUT ROWID tables, so that a look-up is one walk down one tree.
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


def _create(connection: Connection) -> None:
    for name in ("campaigns", "codes", "cards", "staff", "settings"):
        connection.execute(
            f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, row BLOB) STRICT"
        )
    # The name stands in a column of its own, so that a full-text index can be laid over it.
    connection.execute(
        "CREATE TABLE guests (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, row BLOB,"
        " name TEXT, phone_digest BLOB) STRICT"
    )
    connection.execute("CREATE INDEX guests_by_phone ON guests(phone_digest) WHERE phone_digest IS NOT NULL")
    # The subject is part of the key: when a code is deleted and made again, the two rows may arrive in
    # either order, and removing the old one must not take the new one's digest away.
    for name, subject in (("code_digests", "code"), ("card_digests", "card")):
        connection.execute(
            f"CREATE TABLE {name} (digest BLOB NOT NULL, {subject} INTEGER NOT NULL,"
            f" PRIMARY KEY (digest, {subject})) STRICT, WITHOUT ROWID"
        )
    # Rows that this program cannot read, to be tried again by the next one.
    connection.execute(
        "CREATE TABLE unreadable (tab TEXT NOT NULL, id INTEGER NOT NULL, version INTEGER NOT NULL,"
        " row BLOB NOT NULL, PRIMARY KEY (tab, id)) STRICT, WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE meta (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    connection.execute("CREATE TABLE chunks (chunk INTEGER PRIMARY KEY, rows INTEGER NOT NULL) STRICT")


MIGRATIONS: tuple[Migration, ...] = (_create,)
