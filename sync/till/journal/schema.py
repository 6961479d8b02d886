"""The tables of `journal.db`, and the triggers that keep the record append-only."""

from sync.till.journal.places import MAX_SEQ, place, position
from sync.till.journal.pruning import open_anchors
from sync.till.journal.shift_book import mark_shifts
from sync.till.journal.undo_book import open_undo_book
from sync.till.journal.use_book import note_filed, open_use_book
from sync.till.sqlcipher import Connection, Migration

__all__ = ["MIGRATIONS", "place", "position"]


def _create(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE events (position INTEGER PRIMARY KEY, event BLOB NOT NULL UNIQUE, kind TEXT NOT NULL,"
        " at_ms INTEGER NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL, signature BLOB NOT NULL) STRICT"
    )
    for deed in ("UPDATE", "DELETE"):
        connection.execute(
            f"CREATE TRIGGER events_refuse_{deed.lower()} BEFORE {deed} ON events"
            " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
    # A REPLACE would delete without the trigger above, and a gap would hide what was taken out. The first
    # event of an incarnation has none before it.
    first = f"(NEW.position & {MAX_SEQ}) = 1"
    there = "EXISTS (SELECT 1 FROM events WHERE position = {0})".format
    connection.execute(
        "CREATE TRIGGER events_only_append BEFORE INSERT ON events"
        f" WHEN {there('NEW.position')} OR NOT ({first} OR {there('NEW.position - 1')})"
        " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    )
    connection.execute(
        "CREATE TABLE incarnations (incarnation INTEGER PRIMARY KEY, public_key BLOB NOT NULL,"
        " opened_ms INTEGER NOT NULL, applied INTEGER NOT NULL DEFAULT 0, safe INTEGER) STRICT"
    )
    connection.execute(
        "CREATE TABLE leases (lease BLOB PRIMARY KEY, incarnation INTEGER NOT NULL, kind TEXT NOT NULL,"
        " subject INTEGER NOT NULL, guest INTEGER NOT NULL, units INTEGER NOT NULL CHECK (units > 0),"
        " spent INTEGER NOT NULL DEFAULT 0 CHECK (spent BETWEEN 0 AND units),"
        " state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),"
        " granted_ms INTEGER NOT NULL, expires_ms INTEGER, sale_bound INTEGER NOT NULL, operation BLOB,"
        " body BLOB NOT NULL, signature BLOB NOT NULL) STRICT, WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX leases_open ON leases (kind, subject, guest) WHERE state = 'open'")
    # A closed lease has been settled with the office: it neither opens nor changes again.
    connection.execute(
        "CREATE TRIGGER leases_stay_closed BEFORE UPDATE ON leases WHEN OLD.state = 'closed'"
        " BEGIN SELECT RAISE(ABORT, 'a closed lease stays closed'); END"
    )
    connection.execute(
        "CREATE TRIGGER leases_refuse_delete BEFORE DELETE ON leases"
        " BEGIN SELECT RAISE(ABORT, 'a lease is closed, never removed'); END"
    )
    connection.execute(
        "CREATE TABLE meta (name TEXT PRIMARY KEY, content ANY NOT NULL) STRICT, WITHOUT ROWID"
    )
    connection.execute("INSERT INTO meta (name, content) VALUES ('next_receipt', 1)")


def _note_last_use(connection: Connection) -> None:
    # When a lease was spent from last: what lies idle goes back to the office.
    connection.execute("ALTER TABLE leases ADD COLUMN used_ms INTEGER")
    connection.execute("CREATE INDEX leases_used ON leases (used_ms) WHERE state = 'open'")


def _bound_what_is_read(connection: Connection) -> None:
    open_undo_book(connection)
    # What was spent from lately is kept in memory (see sync.till.journal.recent_leases): with this index each
    # sale had one more page to write.
    connection.execute("DROP INDEX leases_used")


MIGRATIONS: tuple[Migration, ...] = (
    _create,
    _note_last_use,
    open_use_book,
    open_anchors,
    note_filed,
    mark_shifts,
    _bound_what_is_read,
)
