"""Small things that `journal.db` keeps beside its events: who the till is, its time marks, its counters."""

import msgspec

from sync.till.clock import Marks
from sync.till.identity import Identity
from sync.till.sqlcipher import Connection


def read(connection: Connection, name: str) -> str | int | bytes | None:
    """Return what is kept under a name, or None."""
    row = connection.execute("SELECT content FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]


def write(connection: Connection, name: str, content: str | bytes | None) -> None:
    """Keep something under a name; None removes it."""
    if content is None:
        connection.execute("DELETE FROM meta WHERE name = ?", (name,))
    else:
        connection.execute("INSERT OR REPLACE INTO meta (name, content) VALUES (?, ?)", (name, content))


def read_identity(connection: Connection) -> Identity | None:
    """Return who the till is, None before enrolment."""
    content = read(connection, "identity")
    return None if content is None else msgspec.json.decode(content, type=Identity)  # type: ignore[arg-type]  # bytes


def write_identity(connection: Connection, identity: Identity) -> None:
    """Keep who the till is."""
    write(connection, "identity", msgspec.json.encode(identity))


def read_marks(connection: Connection) -> Marks:
    """Return the marks of the trusted time."""
    content = read(connection, "marks")
    return Marks() if content is None else msgspec.json.decode(content, type=Marks)  # type: ignore[arg-type]  # bytes


def write_marks(connection: Connection, marks: Marks) -> None:
    """Keep the marks of the trusted time."""
    write(connection, "marks", msgspec.json.encode(marks))
