"""Letting go of events that survive without this till: only below ``safe``, never the newest, always anchored.

What is pruned leaves an anchor, the place and hash of the last event that went, so that the chain behind it
still verifies, and the sum of what the pruned events took from each lease. The rule stands in the file itself:
a trigger lets no anchor rise above what central has both applied and saved in a backup.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct

from sync.protocol.event import GENESIS, Envelope, event_hash, read_envelope
from sync.protocol.wire import WireError
from sync.till.journal.guest_keys import forget_pruned
from sync.till.journal.places import place, position
from sync.till.journal.shift_book import first_kept
from sync.till.journal.undo_book import forget_undone
from sync.till.sqlcipher import Connection

KEEP_MS = 92 * 24 * 60 * 60 * 1000
"""A quarter of a year of one's own receipts stays on the till, for reprints, voids and refunds."""
PRUNED_AT_ONCE = 500
"""Events that one idle moment lets go, so that a sale waits a few milliseconds for it at most."""


class Anchor(Struct, frozen=True, kw_only=True):
    """The last pruned event of an incarnation; seq 0 and the genesis hash where nothing was pruned."""

    seq: int
    hash: bytes


def open_anchors(connection: Connection) -> None:
    """Lay out the anchors and let pruned events go; a step of the journal's schema."""
    connection.execute(
        "CREATE TABLE anchors (incarnation INTEGER PRIMARY KEY, position INTEGER NOT NULL,"
        " hash BLOB NOT NULL) STRICT"
    )
    connection.execute(
        "CREATE TABLE pruned_spends (lease BLOB PRIMARY KEY, units INTEGER NOT NULL) STRICT, WITHOUT ROWID"
    )
    for deed in ("INSERT", "UPDATE"):
        connection.execute(
            f"CREATE TRIGGER anchors_below_safe_{deed.lower()} BEFORE {deed} ON anchors"  # noqa: S608 - the two words are ours
            " WHEN NOT EXISTS (SELECT 1 FROM incarnations i WHERE i.incarnation = NEW.incarnation"
            "  AND NEW.position - (NEW.incarnation << 40) BETWEEN 1 AND min(i.applied, i.safe))"
            " BEGIN SELECT RAISE(ABORT, 'only what is in a backup may be pruned'); END"
        )
    connection.execute("DROP TRIGGER events_refuse_delete")
    connection.execute(
        "CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events"
        " WHEN NOT EXISTS (SELECT 1 FROM anchors a WHERE a.incarnation = OLD.position >> 40"
        "  AND a.position >= OLD.position)"
        " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    )
    connection.execute("DROP TRIGGER events_only_append")
    connection.execute(
        "CREATE TRIGGER events_only_append BEFORE INSERT ON events"
        " WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)"
        "  OR EXISTS (SELECT 1 FROM anchors WHERE incarnation = NEW.position >> 40 AND position >= NEW.position)"
        "  OR NOT (NEW.position - ((NEW.position >> 40) << 40) = 1"
        "   OR EXISTS (SELECT 1 FROM events WHERE position = NEW.position - 1)"
        "   OR EXISTS (SELECT 1 FROM anchors WHERE position = NEW.position - 1))"
        " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    )


def anchor_of(connection: Connection, incarnation: int) -> Anchor:
    """Return where what is still here of an incarnation begins."""
    row = connection.execute(
        "SELECT position, hash FROM anchors WHERE incarnation = ?", (incarnation,)
    ).fetchone()
    return Anchor(seq=0, hash=GENESIS) if row is None else Anchor(seq=place(row[0])[1], hash=row[1])


def pruned_spends(connection: Connection) -> Counter[UUID]:
    """Return the units that pruned events took from each lease."""
    rows = connection.execute("SELECT lease, units FROM pruned_spends").fetchall()
    return Counter({UUID(bytes=lease): units for lease, units in rows})


def prune(
    connection: Connection, *, now_ms: int, keep_ms: int = KEEP_MS, at_once: int = PRUNED_AT_ONCE
) -> int:
    """Let the oldest events go in the caller's transaction; return how many (0: nothing is old and safe)."""
    for incarnation, applied, safe in connection.execute(
        "SELECT incarnation, applied, safe FROM incarnations WHERE safe IS NOT NULL ORDER BY incarnation"
    ).fetchall():
        pruned = _prune_life(connection, incarnation, min(applied, safe), now_ms - keep_ms, now_ms, at_once)
        if pruned:
            forget_pruned(connection)
            return pruned
    return 0


def _prune_life(
    connection: Connection, incarnation: int, upto: int, recent_ms: int, now_ms: int, at_once: int
) -> int:
    first, beyond = position(incarnation, 0), position(incarnation + 1, 0)
    newest = connection.execute(
        "SELECT max(position) FROM events WHERE position > ? AND position < ?", (first, beyond)
    ).fetchone()[0]
    if newest is None:
        return 0
    # The newest event stays whatever its age: the chain goes on from it.
    last = min(position(incarnation, upto), newest - 1)
    # What no Z report has counted yet stays, and the newest report itself, for the number that comes next.
    kept = first_kept(connection)
    if kept is not None:
        last = min(last, kept - 1)
    # An instant in the future is one bad hour of a clock: such an event goes with its neighbours.
    recent = connection.execute(
        "SELECT min(position) FROM events WHERE position > ? AND position <= ? AND at_ms > ? AND at_ms <= ?",
        (first, last, recent_ms, now_ms),
    ).fetchone()[0]
    if recent is not None:
        last = recent - 1
    rows = connection.execute(
        "SELECT position, hash, body FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
        (first, last, at_once),
    ).fetchall()
    sound = list(_sound_ones(rows))
    if not sound:
        return 0
    _keep_spends(connection, sound)
    for envelope in sound:
        forget_undone(connection, envelope)
    end, end_hash, _ = rows[len(sound) - 1]
    connection.execute(
        "INSERT INTO anchors (incarnation, position, hash) VALUES (?, ?, ?)"
        " ON CONFLICT (incarnation) DO UPDATE SET position = excluded.position, hash = excluded.hash",
        (incarnation, end, end_hash),
    )
    connection.execute("DELETE FROM events WHERE position > ? AND position <= ?", (first, end))
    return len(sound)


def taken_by(envelopes: Iterable[Envelope]) -> Counter[UUID]:
    """Return the units that events took from each lease, less what they themselves put back into it.

    Only what was put back here counts: units of a lease that was not this life's own, or closed already, are
    given to the pool by the office, and the lease still says that they were spent.
    """
    spent: Counter[UUID] = Counter()
    for envelope in envelopes:
        for spend in envelope.spends:
            spent[spend.lease] += spend.units
        for restore in envelope.restores:
            spent[restore.lease] -= restore.units if restore.here else 0
    return spent


def _sound_ones(rows: list[tuple[int, bytes, bytes]]) -> Iterable[Envelope]:
    """Read events up to the first damaged one: what that one took is not known, so it and the rest stay."""
    for _, digest, body in rows:
        if event_hash(body) != digest:
            return
        try:
            envelope = read_envelope(body)
        except WireError:
            return
        yield envelope


def _keep_spends(connection: Connection, envelopes: list[Envelope]) -> None:
    connection.executemany(
        "INSERT INTO pruned_spends (lease, units) VALUES (?, ?)"
        " ON CONFLICT (lease) DO UPDATE SET units = units + excluded.units",
        [(lease.bytes, units) for lease, units in taken_by(envelopes).items() if units],
    )
