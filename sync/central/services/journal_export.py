"""A till's journal as central holds it, for people and programs to read."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from sync.central.database import Database
from sync.protocol.event import read_envelope
from sync.protocol.wire import WireError

EVENTS_AT_ONCE = 1_000

_PAGE = """
SELECT incarnation, branch, seq, event, kind, kind_version, code_id, hash, body, signature, received_at,
    applied, quarantined
FROM events
WHERE network_id = $1 AND till_id = $2 AND (incarnation, branch, seq) > ($3, $4, $5)
ORDER BY incarnation, branch, seq LIMIT $6
"""


class ExportedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event. ``at_ms`` is its trusted instant; what could not be read of its bytes is None."""

    event: UUID
    seq: int
    kind: str
    code_id: int | None
    till: int
    incarnation: int
    branch: int
    kind_version: int
    at_ms: int | None
    staff: int | None
    payload: Any
    applied: bool
    quarantined: str | None
    received_at: datetime
    hash: str
    signature: str


async def exported_events(database: Database, network_id: int, till_id: int) -> AsyncIterator[ExportedEvent]:
    """Yield all events of a till, oldest first, ``EVENTS_AT_ONCE`` in a transaction."""
    after = (0, -1, 0)
    while True:
        async with database.network_transaction(network_id) as connection:
            rows = await connection.fetch(_PAGE, network_id, till_id, *after, EVENTS_AT_ONCE)
        for row in rows:
            yield _exported(row, till_id)
        if len(rows) < EVENTS_AT_ONCE:
            return
        after = (rows[-1]["incarnation"], rows[-1]["branch"], rows[-1]["seq"])


def _exported(row: asyncpg.Record, till_id: int) -> ExportedEvent:
    try:
        envelope = read_envelope(row["body"])
        at_ms, staff = envelope.trusted_ms, envelope.staff
        payload = msgspec.json.decode(envelope.payload)
    except (WireError, msgspec.DecodeError):
        # Damaged bytes are kept as they came; what the columns say of them is all that can be read.
        at_ms, staff, payload = None, None, None
    named = payload.get("code_id") if isinstance(payload, dict) else None
    return ExportedEvent(
        event=row["event"],
        seq=row["seq"],
        kind=row["kind"],
        code_id=row["code_id"] if row["code_id"] is not None else named,
        till=till_id,
        incarnation=row["incarnation"],
        branch=row["branch"],
        kind_version=row["kind_version"],
        at_ms=at_ms,
        staff=staff,
        payload=payload,
        applied=row["applied"],
        quarantined=row["quarantined"],
        received_at=row["received_at"],
        hash=row["hash"].hex(),
        signature=row["signature"].hex(),
    )
