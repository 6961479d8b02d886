"""What a screen or the agent asks of the journal at a glance."""

from collections.abc import Sequence
from uuid import UUID

from sync.protocol.event import read_envelope
from sync.protocol.payloads import Redemption, Refund, Sale, Void, payload_of
from sync.protocol.wire import WireError
from sync.till.journal import notes, settling
from sync.till.journal.entries import Committed, JournalStatus, Recent
from sync.till.journal.places import place
from sync.till.sqlcipher import Connection


def status(connection: Connection, *, enrolled: bool, stopped: str | None) -> JournalStatus:
    """Gather the figures of the current incarnation, and what is unsettled of all."""
    every = settling.watermarks(connection)
    current = every[-1] if every else settling.Watermarks(incarnation=0, last_seq=0, applied=0, safe=None)
    return JournalStatus(
        enrolled=enrolled,
        incarnation=current.incarnation,
        last_seq=current.last_seq,
        applied=current.applied,
        safe=current.safe,
        unsettled=sum(marks.last_seq - marks.applied for marks in every),
        oldest_unsettled_ms=settling.oldest_unsettled_ms(connection),
        next_receipt=int(notes.read(connection, "next_receipt") or 1),
        stopped=stopped,
    )


def recent(
    connection: Connection, limit: int, *, kinds: Sequence[str] = (Sale.KIND, Redemption.KIND)
) -> list[Recent]:
    """Read the newest events of these kinds, the newest first."""
    named = ", ".join("?" for _ in kinds)
    rows = connection.execute(
        f"SELECT position, hash, body FROM events WHERE kind IN ({named}) ORDER BY position DESC LIMIT ?",  # noqa: S608 - question marks
        (*kinds, limit),
    ).fetchall()
    applied = {marks.incarnation: marks.applied for marks in settling.watermarks(connection)}
    return [_recent(row, applied) for row in rows]


def recorded(connection: Connection, event: UUID) -> Recent | None:
    """Read one event by its id; None for what this till has not recorded, or no longer has."""
    row = connection.execute(
        "SELECT position, hash, body FROM events WHERE event = ?", (event.bytes,)
    ).fetchone()
    if row is None:
        return None
    try:
        return _recent(row, {marks.incarnation: marks.applied for marks in settling.watermarks(connection)})
    except WireError:
        return None


def keys_of_lives(connection: Connection) -> dict[int, bytes]:
    """Return the public key of each of this till's lives."""
    return dict(connection.execute("SELECT incarnation, public_key FROM incarnations").fetchall())


def _recent(row: tuple[int, bytes, bytes], applied: dict[int, int]) -> Recent:
    at, digest, body = row
    incarnation, seq = place(at)
    envelope = read_envelope(body)
    payload = payload_of(envelope)
    committed = Committed(
        event=envelope.event,
        seq=seq,
        hash=digest,
        at_ms=envelope.trusted_ms,
        kind=envelope.kind,
        receipt=payload.receipt if isinstance(payload, Sale | Void | Refund) else None,
    )
    return Recent(
        committed=committed,
        payload=payload,
        staff=envelope.staff,
        settled=seq <= applied.get(incarnation, 0),
        incarnation=incarnation,
    )
