"""What this till can undo: its own sales and uses, what they spent, and what it gave back of them already.

Which voids and refunds there are of one event stands in a small table beside the events, so that looking an old
sale up reads its own only. It is a copy of what they say themselves: written with them, gone with them.
"""

from collections import Counter
from uuid import UUID

from msgspec import Struct

from sync.protocol.event import Envelope, read_envelope
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Payload, Redemption, Refund, Sale, Void, payload_of
from sync.protocol.wire import WireError
from sync.till.journal.places import position
from sync.till.sqlcipher import Connection

MAX_LOOKED_BACK = 200
"""How many of the newest sales and uses are looked through for the last one that still stands."""


class Spent(Struct, frozen=True, kw_only=True):
    """Units that one event took from one lease, and how many of them this till has given back."""

    event: UUID
    lease: UUID
    kind: LimitKind | None
    units: int
    restored: int


class Undoable(Struct, frozen=True, kw_only=True):
    """One sale or use of this till, of that trusted instant. ``undone`` are its voids and refunds here, in order."""

    event: UUID
    at_ms: int
    payload: Sale | Redemption
    spent: tuple[Spent, ...]
    undone: tuple[Void | Refund, ...]

    @property
    def refunded_minor(self) -> int:
        """What was given back of it here."""
        return sum(each.amount_minor for each in self.undone)

    @property
    def voided(self) -> bool:
        """Whether it is undone as a whole, by one void."""
        return any(isinstance(each, Void) for each in self.undone)


def open_undo_book(connection: Connection) -> None:
    """Lay out the table and fill it from the events that there are; a step of the journal's schema."""
    connection.execute(
        "CREATE TABLE undone (original BLOB NOT NULL, position INTEGER NOT NULL,"
        " PRIMARY KEY (original, position)) STRICT, WITHOUT ROWID"
    )
    rows = connection.execute(
        "SELECT position, body FROM events WHERE kind IN (?, ?)", (Void.KIND, Refund.KIND)
    )
    for at, body in rows:
        payload = _read(body)[1]
        if payload is not None:
            note_undone(connection, at, payload)


def note_undone(connection: Connection, at: int, payload: Payload) -> None:
    """Note what an event undoes, inside the transaction that writes it; of most events that is nothing."""
    if isinstance(payload, Void | Refund):
        connection.execute(
            "INSERT OR IGNORE INTO undone (original, position) VALUES (?, ?)", (payload.original.bytes, at)
        )


def note_imported(connection: Connection, at: int, body: bytes) -> None:
    """Note what an event of another machine undid, inside the transaction that takes it in."""
    payload = _read(body)[1]
    if payload is not None:
        note_undone(connection, at, payload)


def forget_undone(connection: Connection, envelope: Envelope) -> None:
    """Forget what an event undid, inside the transaction that lets it go."""
    if envelope.kind in (Void.KIND, Refund.KIND):
        at = position(envelope.incarnation, envelope.seq)
        connection.execute("DELETE FROM undone WHERE position = ?", (at,))


def find_undoable(connection: Connection, event: UUID) -> Undoable | None:
    """Return a sale or use of this till by its event; None for what it has not recorded, or no longer has."""
    row = connection.execute("SELECT body FROM events WHERE event = ?", (event.bytes,)).fetchone()
    if row is None:
        return None
    envelope, payload = _read(row[0])
    if envelope is None or not isinstance(payload, Sale | Redemption):
        return None
    parts = [envelope]
    for use in payload.redemptions if isinstance(payload, Sale) else ():
        found = connection.execute("SELECT body FROM events WHERE event = ?", (use.bytes,)).fetchone()
        part = None if found is None else _read(found[0])[0]
        if part is not None:
            parts.append(part)
    undone, restored = _undone(connection, event)
    return Undoable(
        event=event,
        at_ms=envelope.trusted_ms,
        payload=payload,
        spent=_spent(connection, parts, restored),
        undone=undone,
    )


def original_of(connection: Connection, event: UUID) -> UUID:
    """Return the sale that an event of this till is about: a void's or refund's original, a use's sale, or itself."""
    row = connection.execute("SELECT body FROM events WHERE event = ?", (event.bytes,)).fetchone()
    payload = None if row is None else _read(row[0])[1]
    if isinstance(payload, Void | Refund):
        return payload.original
    return (payload.sale if isinstance(payload, Redemption) else None) or event


def find_receipt(connection: Connection, number: int) -> list[UUID]:
    """Return the events that bear a receipt number: one of this life, or of each life that had its own count."""
    lives = connection.execute("SELECT incarnation FROM incarnations ORDER BY incarnation DESC").fetchall()
    found = [_receipt_of_life(connection, incarnation, number) for (incarnation,) in lives]
    return [event for event in found if event is not None]


def _receipt_of_life(connection: Connection, incarnation: int, number: int) -> UUID | None:
    """Halve a life until the number is found: within one, numbers only rise."""
    low = position(incarnation, 0)
    (newest,) = connection.execute(
        "SELECT max(position) FROM events WHERE position >= ? AND position < ?",
        (low, position(incarnation + 1, 0)),
    ).fetchone()
    high = low if newest is None else newest + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            "SELECT position, event, body FROM events WHERE position >= ? AND position < ? AND kind IN (?, ?, ?)"
            " ORDER BY position LIMIT 1",
            (middle, high, Sale.KIND, Void.KIND, Refund.KIND),
        ).fetchone()
        payload = None if row is None else _read(row[2])[1]
        if not isinstance(payload, Sale | Void | Refund) or payload.receipt > number:
            high = middle
        elif payload.receipt == number:
            return UUID(bytes=row[1])
        else:
            low = row[0] + 1
    return None


def find_last(connection: Connection) -> Undoable | None:
    """Return the newest sale, or use without a sale, that nothing was given back of."""
    rows = connection.execute(
        "SELECT event FROM events WHERE kind IN (?, ?) ORDER BY position DESC LIMIT ?",
        (Sale.KIND, Redemption.KIND, MAX_LOOKED_BACK),
    ).fetchall()
    for (event,) in rows:
        found = find_undoable(connection, UUID(bytes=event))
        if found is None or found.undone:
            continue
        if not (isinstance(found.payload, Redemption) and found.payload.sale is not None):
            return found
    return None


def _undone(
    connection: Connection, original: UUID
) -> tuple[tuple[Void | Refund, ...], Counter[tuple[UUID, UUID]]]:
    """Read what undid an event: the payloads, and the units given back by event and lease."""
    undone: list[Void | Refund] = []
    restored: Counter[tuple[UUID, UUID]] = Counter()
    for (body,) in connection.execute(
        "SELECT e.body FROM undone u JOIN events e USING (position) WHERE u.original = ? ORDER BY position",
        (original.bytes,),
    ).fetchall():
        envelope, payload = _read(body)
        if envelope is not None and isinstance(payload, Void | Refund):
            undone.append(payload)
            for restore in envelope.restores:
                restored[restore.of, restore.lease] += restore.units
    return tuple(undone), restored


def _spent(
    connection: Connection, parts: list[Envelope], restored: Counter[tuple[UUID, UUID]]
) -> tuple[Spent, ...]:
    units: Counter[tuple[UUID, UUID]] = Counter()
    for envelope in parts:
        for spend in envelope.spends:
            units[envelope.event, spend.lease] += spend.units
    return tuple(
        Spent(
            event=event,
            lease=lease,
            kind=_kind(connection, lease),
            units=count,
            restored=restored[event, lease],
        )
        for (event, lease), count in units.items()
    )


def _kind(connection: Connection, lease: UUID) -> LimitKind | None:
    row = connection.execute("SELECT kind FROM leases WHERE lease = ?", (lease.bytes,)).fetchone()
    return None if row is None else LimitKind(row[0])


def _read(body: bytes) -> tuple[Envelope | None, Payload | None]:
    """Read an event; one that was damaged can be neither shown nor undone here."""
    try:
        envelope = read_envelope(body)
        return envelope, payload_of(envelope)
    except WireError:
        return None, None
