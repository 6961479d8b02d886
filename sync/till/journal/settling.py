"""What central has not acknowledged yet, and how its acknowledgements are kept."""

from msgspec import Struct

from sync.protocol.event import GENESIS, SignedEvent, read_envelope
from sync.protocol.upload import Ack, Anchor, Batch
from sync.protocol.wire import WireError
from sync.till.journal import guest_keys, notes, pruning
from sync.till.journal.lives import damaged_in, epoch
from sync.till.journal.places import place, position
from sync.till.journal.pruning import anchor_of
from sync.till.sqlcipher import Connection


class Watermarks(Struct, frozen=True, kw_only=True):
    """One incarnation: its last seq, and how far central has applied and saved it."""

    incarnation: int
    last_seq: int
    applied: int
    safe: int | None


def watermarks(connection: Connection) -> list[Watermarks]:
    """Return all incarnations, the oldest first."""
    return [
        Watermarks(
            incarnation=incarnation, last_seq=last_seq(connection, incarnation), applied=applied, safe=safe
        )
        for incarnation, applied, safe in connection.execute(
            "SELECT incarnation, applied, safe FROM incarnations ORDER BY incarnation"
        ).fetchall()
    ]


def last_seq(connection: Connection, incarnation: int) -> int:
    """Return the last seq of an incarnation, 0 when it has no event."""
    row = connection.execute(
        "SELECT max(position) FROM events WHERE position >= ? AND position < ?",
        (position(incarnation, 0), position(incarnation + 1, 0)),
    ).fetchone()
    return 0 if row[0] is None else place(row[0])[1]


def next_batch(connection: Connection, *, max_events: int, max_bytes: int) -> Batch | None:
    """Return the oldest unsettled events of one incarnation, at least one however large; None when settled."""
    for marks in watermarks(connection):
        if marks.applied >= marks.last_seq:
            continue
        events: list[SignedEvent] = []
        size = 0
        rows = connection.execute(
            "SELECT position, body, signature FROM events WHERE position > ? AND position < ? ORDER BY position LIMIT ?",
            (position(marks.incarnation, marks.applied), position(marks.incarnation + 1, 0), max_events),
        ).fetchall()
        # Where central wants what was pruned here, the batch begins later, and its number says so.
        anchor = anchor_of(connection, marks.incarnation)
        first = max(marks.applied, anchor.seq) + 1
        for at, body, signature in rows:
            missing = place(at)[1] - first - len(events)
            # Of an event that is gone altogether at least its place goes up.
            events += [SignedEvent(b"", b"")] * min(missing, max_events - len(events))
            if len(events) >= max_events:
                break
            size += len(body) + len(signature)
            if events and size > max_bytes:
                break
            events.append(SignedEvent(body, signature))
        damaged = damaged_in(connection, marks.incarnation)
        end = first + len(events) - 1
        return Batch(
            incarnation=marks.incarnation,
            from_seq=first,
            events=tuple(events),
            epoch=epoch(connection),
            damaged=damaged,
            last_hash=_hash_of(connection, marks.incarnation, end) if end in damaged else b"",
            anchor=_told(connection, marks.incarnation, anchor) if marks.applied < anchor.seq else None,
            guest_keys=guest_keys.keys_for(connection, marks.incarnation, first=first, last=end),
        )
    return None


def _hash_of(connection: Connection, incarnation: int, seq: int) -> bytes:
    """Return the hash of a damaged event: what the one behind it names; of the newest what is filed with its bytes.

    Nothing where the one behind it is damaged as well: however often and in whatever batches such events go up,
    they must be known by the same hash.
    """
    row = connection.execute(
        "SELECT body FROM events WHERE position = ?", (position(incarnation, seq + 1),)
    ).fetchone()
    if row is not None:
        try:
            return bytes.fromhex(read_envelope(row[0]).previous)
        except (WireError, ValueError):
            return b""
    row = connection.execute(
        "SELECT hash FROM events WHERE position = ?", (position(incarnation, seq),)
    ).fetchone()
    return b"" if row is None or row[0] == GENESIS else bytes(row[0])


def _told(connection: Connection, incarnation: int, anchor: pruning.Anchor) -> Anchor | None:
    """Say where a line begins here, for the till to sign."""
    who = notes.read_identity(connection)
    if who is None:
        return None
    return Anchor(
        network=who.network, till=who.till, incarnation=incarnation, seq=anchor.seq, hash=anchor.hash
    )


def oldest_unsettled_ms(connection: Connection) -> int | None:
    """Return the trusted instant of the oldest event that central has not acknowledged."""
    for marks in watermarks(connection):
        row = connection.execute(
            "SELECT at_ms FROM events WHERE position = ?", (position(marks.incarnation, marks.applied + 1),)
        ).fetchone()
        if row is not None:
            return int(row[0])
    return None


def keep_ack(connection: Connection, ack: Ack, incarnation: int) -> bool:
    """Keep central's word inside the caller's transaction; return whether it knows of more than this file has.

    Central says which seq it wants next. That may lie below what it had said before, when its own database
    was restored: then the events go up again.
    """
    last = last_seq(connection, incarnation)
    connection.execute(
        "UPDATE incarnations SET applied = ?, safe = ? WHERE incarnation = ?",
        (max(0, min(ack.want - 1, last)), ack.safe, incarnation),
    )
    return ack.applied > last
