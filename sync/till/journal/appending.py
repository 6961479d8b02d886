"""Writing events inside an open transaction: receipt number, lease debits, bytes, signature, row."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from msgspec import Struct

from sync.protocol.event import GENESIS, MAX_EVENT_BYTES, encode_envelope, event_hash, sign_event
from sync.protocol.keys import SigningKey
from sync.protocol.payloads import Payload
from sync.rules.user_error import UserError
from sync.till.clock import Stamp
from sync.till.identity import Identity
from sync.till.journal.entries import Committed, Entry
from sync.till.journal.lease_book import debit
from sync.till.journal.restoring import credit
from sync.till.journal.schema import place, position
from sync.till.journal.undo_book import note_undone
from sync.till.journal.use_book import MAX_UNFILED, file_uses, note_use, unfiled
from sync.till.sqlcipher import FAILURES, Connection, is_double

MAX_ENTRIES = 200
"""Events in one commit: a sale with more codes than this is no sale."""


class AlreadyRecorded(UserError):
    """An event with this id stands in the journal; nothing was written a second time."""

    def __init__(self, event: UUID) -> None:
        """Name the event."""
        super().__init__("already_recorded", "This was recorded before.", "It counts once; do not repeat it.")
        self.event = event


class Head(Struct, frozen=True, kw_only=True):
    """The end of the chain: the last event's place and hash (seq 0 and the genesis hash before the first)."""

    incarnation: int
    seq: int
    hash: bytes


class Pen(Struct, frozen=True, kw_only=True):
    """All that writing takes, besides what is to be written."""

    identity: Identity
    key: SigningKey
    stamp: Stamp
    cursor: tuple[str, int]


def read_head(connection: Connection, incarnation: int) -> Head:
    """Find the end of an incarnation's chain."""
    row = connection.execute(
        "SELECT position, hash FROM events WHERE position >= ? AND position < ? ORDER BY position DESC LIMIT 1",
        (position(incarnation, 0), position(incarnation + 1, 0)),
    ).fetchone()
    if row is None:
        return Head(incarnation=incarnation, seq=0, hash=GENESIS)
    return Head(incarnation=incarnation, seq=place(row[0])[1], hash=row[1])


def append(
    connection: Connection, entries: Sequence[Entry], head: Head, pen: Pen
) -> tuple[list[Committed], Head]:
    """Write entries behind the head; return what they became and the new head.

    Raises ``LeaseShort``, :class:`AlreadyRecorded` or ``UserError`` for events that are too many or too
    large; the caller then rolls back.
    """
    if not 0 < len(entries) <= MAX_ENTRIES:
        msg = f"a commit takes 1 to {MAX_ENTRIES} entries, not {len(entries)}"
        raise ValueError(msg)
    written: list[Committed] = []
    for entry in entries:
        for spend in entry.spends:
            debit(connection, spend, incarnation=head.incarnation, now_ms=pen.stamp.trusted_ms)
        restores = tuple(credit(connection, each, incarnation=head.incarnation) for each in entry.restores)
        payload, receipt = _payload(connection, entry)
        settled = replace(entry, restores=restores)
        committed = _write(connection, settled, payload, head=head, pen=pen, receipt=receipt)
        note_use(connection, committed.event, payload, committed.at_ms)
        note_undone(connection, position(head.incarnation, committed.seq), payload)
        written.append(committed)
        head = Head(incarnation=head.incarnation, seq=committed.seq, hash=committed.hash)
    if unfiled(connection) >= MAX_UNFILED:
        file_uses(connection)
    return written, head


def _payload(connection: Connection, entry: Entry) -> tuple[Payload, int | None]:
    if isinstance(entry.payload, Payload):
        return entry.payload, None
    (number,) = connection.execute(
        "UPDATE meta SET content = content + 1 WHERE name = 'next_receipt' RETURNING content - 1"
    ).fetchone()
    return entry.payload(number), number


def _write(
    connection: Connection, entry: Entry, payload: Payload, *, head: Head, pen: Pen, receipt: int | None
) -> Committed:
    if entry.event is None:
        msg = "an entry is given its event's id before it is written"
        raise ValueError(msg)
    event = entry.event
    seq = head.seq + 1
    stamp = pen.stamp
    fields = {
        "network": pen.identity.network,
        "till": pen.identity.till,
        "incarnation": head.incarnation,
        "seq": seq,
        "event": event,
        "kind": payload.KIND,
        "kind_version": payload.KIND_VERSION,
        "previous": head.hash.hex(),
        "wall_ms": stamp.wall_ms,
        "trusted_ms": stamp.trusted_ms,
        "uncertainty_ms": stamp.uncertainty_ms,
        "monotonic_ms": stamp.monotonic_ms,
        "boot": stamp.boot,
        "cursor": pen.cursor,
        "staff": entry.staff,
        "spends": entry.spends,
        "restores": entry.restores,
    }
    body = encode_envelope(fields, payload)
    if len(body) > MAX_EVENT_BYTES:
        raise UserError(
            "event_too_large",
            "This is too long to be recorded in one piece; nothing was recorded.",
            "Split it into several sales.",
        )
    signed = sign_event(pen.key, body)
    digest = event_hash(body)
    row = (
        position(head.incarnation, seq), event.bytes, payload.KIND, stamp.trusted_ms, digest, body, signed.signature,
    )  # fmt: skip
    try:
        connection.execute(_INSERT, row)
    except FAILURES as error:
        if is_double(error):
            raise AlreadyRecorded(event) from error
        raise
    return Committed(
        event=event, seq=seq, hash=digest, at_ms=stamp.trusted_ms, kind=payload.KIND, receipt=receipt
    )


_INSERT = (
    "INSERT INTO events (position, event, kind, at_ms, hash, body, signature) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
