"""Which limits this till spent from lately, kept in memory beside the leases: no sale writes a page for it.

What lies on disk is when each lease was used last, in the lease's own row; it is read once when the journal is
opened.
"""

from sync.till.sqlcipher import Connection

RECENT_MS = 2 * 60 * 60 * 1000
"""Only what was used within this time is asked for again."""

_NOTE = (
    "INSERT INTO temp.recent_limits (kind, subject, guest, used_ms) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (kind, subject, guest) DO UPDATE SET used_ms = max(used_ms, excluded.used_ms)"
)


def begin_recent(connection: Connection) -> None:
    """Make room in memory, and read what an earlier process spent from."""
    connection.execute(
        "CREATE TEMP TABLE recent_limits (kind TEXT, subject INTEGER, guest INTEGER, used_ms INTEGER NOT NULL,"
        " PRIMARY KEY (kind, subject, guest)) STRICT, WITHOUT ROWID"
    )
    connection.execute(
        "INSERT INTO temp.recent_limits SELECT kind, subject, guest, max(used_ms) FROM main.leases"
        " WHERE state = 'open' AND used_ms IS NOT NULL GROUP BY kind, subject, guest"
    )


def note_recent(connection: Connection, kind: str, subject: int, guest: int, *, now_ms: int) -> None:
    """Note that a limit is spent from, inside the transaction that does it."""
    connection.execute(_NOTE, (kind, subject, guest, now_ms))


def forget_old(connection: Connection, *, now_ms: int) -> None:
    """Let go of limits that nothing was spent from for long; what is in memory stays small."""
    connection.execute("DELETE FROM temp.recent_limits WHERE used_ms <= ?", (now_ms - RECENT_MS,))
