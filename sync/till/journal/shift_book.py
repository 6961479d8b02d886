"""What this till's journal knows of shifts: the newest opening or closing, and the events since."""

from msgspec import Struct

from sync.protocol.event import Envelope, read_envelope
from sync.protocol.payloads import Payload, ShiftClosed, ShiftOpened, payload_of
from sync.protocol.wire import WireError
from sync.till.sqlcipher import Connection

MAX_EVENTS = 1_000
"""Events read in one visit to the files' thread, so that a sale waits for it a few milliseconds at most."""

_KINDS = f"kind IN ('{ShiftOpened.KIND}', '{ShiftClosed.KIND}')"
_NEWEST = f"SELECT position, body FROM events INDEXED BY events_of_shifts WHERE {_KINDS}"  # noqa: S608 - constants


class Placed(Struct, frozen=True, kw_only=True):
    """One event and its place in the file; the payload is None for what this program cannot read."""

    position: int
    envelope: Envelope | None
    payload: Payload | None


class ShiftMarks(Struct, frozen=True, kw_only=True):
    """The newest opening and the newest closing of a shift, each None where there is none."""

    opened: Placed | None
    closed: Placed | None

    @property
    def open(self) -> bool:
        """Whether a shift is open now."""
        before = -1 if self.closed is None else self.closed.position
        return self.opened is not None and self.opened.position > before


def mark_shifts(connection: Connection) -> None:
    """Let the few events of shifts be found among all others; a step of the journal's schema.

    The index holds these events alone, so that no sale pays for it.
    """
    connection.execute(f"CREATE INDEX events_of_shifts ON events (position) WHERE {_KINDS}")


def shift_marks(connection: Connection) -> ShiftMarks:
    """Find the newest opening and closing."""
    marks: dict[type[Payload], Placed] = {}
    for row in connection.execute(f"{_NEWEST} ORDER BY position DESC LIMIT 2").fetchall():
        placed = _placed(row)
        if placed.payload is not None:
            marks.setdefault(type(placed.payload), placed)
    return ShiftMarks(opened=marks.get(ShiftOpened), closed=marks.get(ShiftClosed))


def first_kept(connection: Connection) -> int | None:
    """Return the place from which on all events must stay: the newest Z report, from which the next one counts.

    Before the first report that is everything, and None where no shift was ever opened.
    """
    marks = shift_marks(connection)
    if marks.closed is not None:
        return marks.closed.position
    return None if marks.opened is None else 0


def closed_shifts(connection: Connection, limit: int) -> list[Placed]:
    """Return the newest closings, the newest first."""
    rows = connection.execute(f"{_NEWEST} ORDER BY position DESC LIMIT ?", (2 * limit,)).fetchall()
    placed = [_placed(row) for row in rows]
    return [each for each in placed if isinstance(each.payload, ShiftClosed)][:limit]


def events_after(connection: Connection, position: int, limit: int) -> list[Placed]:
    """Return the events behind a place in the file, in their order, ``MAX_EVENTS`` at most."""
    rows = connection.execute(
        "SELECT position, body FROM events WHERE position > ? ORDER BY position LIMIT ?",
        (position, min(limit, MAX_EVENTS)),
    ).fetchall()
    return [_placed(row) for row in rows]


def has_let_go_behind(connection: Connection, position: int) -> bool:
    """Whether events behind a place in the file are not there any more: before the first shift nobody counts them."""
    row = connection.execute("SELECT 1 FROM anchors WHERE position > ? LIMIT 1", (position,)).fetchone()
    return row is not None


def _placed(row: tuple[int, bytes]) -> Placed:
    """Read one event; a damaged one has its place and nothing else."""
    position, body = row
    try:
        envelope = read_envelope(body)
        return Placed(position=position, envelope=envelope, payload=payload_of(envelope))
    except WireError:
        return Placed(position=position, envelope=None, payload=None)
