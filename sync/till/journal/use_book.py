"""Which uses this till has recorded, filed so that today's and a guest's can be counted without reading events.

A copy of what stands in the events: a use is added with its redemption and goes with the void that undoes it. It
is this till's own knowledge; what other tills did is the office's to know.

Filing costs a sale nothing on disk. The newest uses are kept in memory, by the same transaction that writes
their events, and are filed for good when nobody waits, or when many have gathered; up to which event that was
done stands beside them, and what came later is read from the events when the journal is opened.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from msgspec import Struct

from sync.protocol.event import read_envelope
from sync.protocol.payloads import Payload, Redemption, Void, payload_of
from sync.protocol.wire import WireError
from sync.till.sqlcipher import Connection

MAX_UNFILED = 256
"""Uses and voids in memory at most; a busy till then files them within a commit."""

MAX_UNREAD = 1_000
"""Events behind the mark at most, with or without uses among them: an opening looks through them."""

_FILED = "uses_filed"
_COLUMNS = "event, sale, code, campaign, guest, at_ms"
_LAYOUT = (
    "(event BLOB PRIMARY KEY, sale BLOB, code INTEGER NOT NULL, campaign INTEGER NOT NULL,"
    " guest INTEGER, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID"
)
_ADD = f"INSERT OR IGNORE INTO main.uses ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_TAKE_BACK = "DELETE FROM main.uses WHERE event = :event OR sale = :event"
_VOIDED = "SELECT DISTINCT u.original FROM undone u JOIN events e USING (position) WHERE e.kind = ?"
_ADD_NEW = f"INSERT OR IGNORE INTO temp.new_uses ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_TAKE_BACK_NEW = "DELETE FROM temp.new_uses WHERE event = :event OR sale = :event"
_NOT_GONE = (
    " AND NOT EXISTS (SELECT 1 FROM temp.gone_uses g WHERE g.event = u.event)"
    " AND NOT EXISTS (SELECT 1 FROM temp.gone_uses g WHERE g.event = u.sale)"
)
_IN_SPAN = " WHERE u.campaign = :campaign AND u.at_ms >= :since AND u.at_ms < :until"
_OF_CAMPAIGN = (
    "SELECT count(*), coalesce(sum(guest = :guest), 0) FROM ("  # noqa: S608 - constants
    f"SELECT u.guest FROM main.uses u{_IN_SPAN}{_NOT_GONE}"
    f" UNION ALL SELECT u.guest FROM temp.new_uses u{_IN_SPAN})"
)
_OF_CODE = (
    "SELECT (SELECT count(*) FROM main.uses u WHERE u.code = :code AND u.guest = :guest"  # noqa: S608 - constants
    f"{_NOT_GONE}) + (SELECT count(*) FROM temp.new_uses u WHERE u.code = :code AND u.guest = :guest)"
)


class OwnUses(Struct, frozen=True, kw_only=True):
    """Uses that this till has recorded: of a campaign in a span of time, the guest's among them, and of a code."""

    campaign: int = 0
    campaign_by_guest: int = 0
    code_by_guest: int = 0


def open_use_book(connection: Connection) -> None:
    """Lay out the table and fill it from the events that there are; a step of the journal's schema."""
    connection.execute(f"CREATE TABLE uses {_LAYOUT}")
    connection.execute("CREATE INDEX uses_by_day ON uses (campaign, at_ms, guest)")
    connection.execute("CREATE INDEX uses_by_guest ON uses (code, guest) WHERE guest IS NOT NULL")
    connection.execute("CREATE INDEX uses_by_sale ON uses (sale) WHERE sale IS NOT NULL")
    _read_events(connection, 0, lambda *use: _file(connection, *use))


def file_imported(connection: Connection, bodies: Iterable[bytes]) -> None:
    """File events of another machine that were taken in, inside the caller's transaction.

    Their places lie before those that are filed already, so that no opening would read them. What this till has
    voided of them meanwhile stays voided.
    """
    for body in bodies:
        _note_body(body, lambda *use: _file(connection, *use))
    for (original,) in connection.execute(_VOIDED, (Void.KIND,)).fetchall():
        connection.execute(_TAKE_BACK, {"event": original})


def note_filed(connection: Connection) -> None:
    """Note, inside a transaction, that every event so far is filed."""
    (newest,) = connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
    connection.execute("INSERT OR REPLACE INTO meta (name, content) VALUES (?, ?)", (_FILED, newest))


def begin_unfiled(connection: Connection) -> None:
    """Make room in memory for uses that are not filed yet, and read those that an earlier process left unfiled."""
    connection.execute(f"CREATE TEMP TABLE new_uses {_LAYOUT}")
    connection.execute("CREATE TEMP TABLE gone_uses (event BLOB PRIMARY KEY) STRICT, WITHOUT ROWID")
    (filed,) = connection.execute("SELECT content FROM meta WHERE name = ?", (_FILED,)).fetchone()
    _read_events(connection, filed, lambda *use: note_use(connection, *use))


def note_use(connection: Connection, event: UUID, payload: Payload, at_ms: int) -> None:
    """Keep what an event says of uses, inside the transaction that writes it."""
    if isinstance(payload, Redemption):
        connection.execute(_ADD_NEW, _row(event, payload, at_ms))
    elif isinstance(payload, Void):
        connection.execute(_TAKE_BACK_NEW, {"event": payload.original.bytes})
        connection.execute("INSERT OR IGNORE INTO temp.gone_uses VALUES (?)", (payload.original.bytes,))


def unfiled(connection: Connection) -> int:
    """Return how many uses and voids are in memory only."""
    (count,) = connection.execute(
        "SELECT (SELECT count(*) FROM temp.new_uses) + (SELECT count(*) FROM temp.gone_uses)"
    ).fetchone()
    return int(count)


def is_due(connection: Connection) -> bool:
    """Whether filing now spares a later opening work: there is something to file, or the mark lies far back."""
    behind, newest = connection.execute(
        "SELECT (SELECT content FROM meta WHERE name = ?), (SELECT coalesce(max(position), 0) FROM events)",
        (_FILED,),
    ).fetchone()
    return bool(newest - behind > MAX_UNREAD or unfiled(connection))


def file_uses(connection: Connection) -> None:
    """File everything for good, inside the caller's transaction."""
    connection.execute(f"INSERT OR IGNORE INTO main.uses SELECT {_COLUMNS} FROM temp.new_uses")  # noqa: S608 - constants
    for (event,) in connection.execute("SELECT event FROM temp.gone_uses").fetchall():
        connection.execute(_TAKE_BACK, {"event": event})
    connection.execute("DELETE FROM temp.new_uses")
    connection.execute("DELETE FROM temp.gone_uses")
    note_filed(connection)


def own_uses(
    connection: Connection, *, campaign: int, code: int, guest: int | None, since_ms: int, until_ms: int
) -> OwnUses:
    """Count this till's uses of a campaign from an instant to another, and a guest's of a code at any time."""
    of_campaign, by_guest = connection.execute(
        _OF_CAMPAIGN, {"campaign": campaign, "guest": guest, "since": since_ms, "until": until_ms}
    ).fetchone()
    (of_code,) = (
        (0,) if guest is None else connection.execute(_OF_CODE, {"code": code, "guest": guest}).fetchone()
    )
    return OwnUses(campaign=of_campaign, campaign_by_guest=by_guest, code_by_guest=of_code)


def _row(event: UUID, payload: Redemption, at_ms: int) -> tuple[object, ...]:
    sale = None if payload.sale is None else payload.sale.bytes
    return event.bytes, sale, payload.code_id, payload.campaign_id, payload.guest_id, at_ms


def _file(connection: Connection, event: UUID, payload: Payload, at_ms: int) -> None:
    if isinstance(payload, Redemption):
        connection.execute(_ADD, _row(event, payload, at_ms))
    elif isinstance(payload, Void):
        connection.execute(_TAKE_BACK, {"event": payload.original.bytes})


def _read_events(connection: Connection, after: int, note: Callable[[UUID, Payload, int], None]) -> None:
    """Note every event behind a position."""
    events = connection.execute(
        "SELECT body FROM events WHERE position > ? AND kind IN (?, ?) ORDER BY position",
        (after, Redemption.KIND, Void.KIND),
    )
    while rows := events.fetchmany(1_000):
        for (body,) in rows:
            _note_body(body, note)


def _note_body(body: bytes, note: Callable[[UUID, Payload, int], None]) -> None:
    """Note one event; one that cannot be read says nothing of uses."""
    try:
        envelope = read_envelope(body)
        payload = payload_of(envelope)
    except WireError:
        return
    if payload is not None:
        note(envelope.event, payload, envelope.trusted_ms)
