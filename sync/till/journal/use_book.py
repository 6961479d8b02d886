"""Which uses this till has recorded, filed so that today's and a guest's can be counted without reading events.

A copy of what stands in the events, written in their transaction: a use is added with its redemption and goes
with the void that undoes it. It is this till's own knowledge; what other tills did is the office's to know.
"""

from dataclasses import dataclass
from uuid import UUID

from sync.protocol.event import read_envelope
from sync.protocol.payloads import Payload, Redemption, Void, read_payload
from sync.protocol.wire import WireError
from sync.till.sqlcipher import Connection

_ADD = "INSERT OR IGNORE INTO uses (event, sale, code, campaign, guest, at_ms) VALUES (?, ?, ?, ?, ?, ?)"
_TAKE_BACK = "DELETE FROM uses WHERE event = :event OR sale = :event"
_OF_CAMPAIGN = (
    "SELECT count(*), coalesce(sum(guest = :guest), 0) FROM uses"
    " WHERE campaign = :campaign AND at_ms >= :since AND at_ms < :until"
)
_OF_CODE = "SELECT count(*) FROM uses WHERE code = ? AND guest = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnUses:
    """Uses that this till has recorded: of a campaign in a span of time, the guest's among them, and of a code."""

    campaign: int = 0
    campaign_by_guest: int = 0
    code_by_guest: int = 0


def open_use_book(connection: Connection) -> None:
    """Lay out the table and fill it from the events that there are; a step of the journal's schema."""
    connection.execute(
        "CREATE TABLE uses (event BLOB PRIMARY KEY, sale BLOB, code INTEGER NOT NULL, campaign INTEGER NOT NULL,"
        " guest INTEGER, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX uses_by_day ON uses (campaign, at_ms, guest)")
    connection.execute("CREATE INDEX uses_by_guest ON uses (code, guest) WHERE guest IS NOT NULL")
    connection.execute("CREATE INDEX uses_by_sale ON uses (sale) WHERE sale IS NOT NULL")
    events = connection.execute(
        "SELECT body FROM events WHERE kind IN (?, ?) ORDER BY position", (Redemption.KIND, Void.KIND)
    )
    while rows := events.fetchmany(1_000):
        for (body,) in rows:
            _note_old(connection, body)


def note_use(connection: Connection, event: UUID, payload: Payload, at_ms: int) -> None:
    """File what an event says of uses, inside the transaction that writes it."""
    if isinstance(payload, Redemption):
        sale = None if payload.sale is None else payload.sale.bytes
        row = (event.bytes, sale, payload.code_id, payload.campaign_id, payload.guest_id, at_ms)
        connection.execute(_ADD, row)
    elif isinstance(payload, Void):
        connection.execute(_TAKE_BACK, {"event": payload.original.bytes})


def own_uses(
    connection: Connection, *, campaign: int, code: int, guest: int | None, since_ms: int, until_ms: int
) -> OwnUses:
    """Count this till's uses of a campaign from an instant to another, and a guest's of a code at any time."""
    of_campaign, by_guest = connection.execute(
        _OF_CAMPAIGN, {"campaign": campaign, "guest": guest, "since": since_ms, "until": until_ms}
    ).fetchone()
    (of_code,) = (0,) if guest is None else connection.execute(_OF_CODE, (code, guest)).fetchone()
    return OwnUses(campaign=of_campaign, campaign_by_guest=by_guest, code_by_guest=of_code)


def _note_old(connection: Connection, body: bytes) -> None:
    """File an event that stands in the journal; one that cannot be read says nothing of uses."""
    try:
        envelope = read_envelope(body)
        payload = read_payload(envelope.kind, envelope.kind_version, bytes(envelope.payload))
    except WireError:
        return
    if payload is not None:
        note_use(connection, envelope.event, payload, envelope.trusted_ms)
