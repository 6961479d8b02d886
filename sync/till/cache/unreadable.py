"""Rows that this program cannot read, kept for a newer one."""

from sync.protocol.feed import Change
from sync.till.sqlcipher import Connection


def put_aside(connection: Connection, change: Change) -> None:
    """Keep a row that this program cannot read."""
    connection.execute(
        "INSERT OR REPLACE INTO unreadable (tab, id, version, row) VALUES (?, ?, ?, ?)",
        (change.table.value, change.id, change.version, change.row),
    )


def no_longer_aside(connection: Connection, change: Change) -> None:
    """Forget what was kept of this row: a newer one takes its place."""
    connection.execute("DELETE FROM unreadable WHERE tab = ? AND id = ?", (change.table.value, change.id))
