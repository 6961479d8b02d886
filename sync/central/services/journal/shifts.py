"""Shifts of tills: opened, closed, and every Z report reckoned again from the events that central holds."""

from collections.abc import Sequence

import asyncpg
import msgspec

from sync.central.schema.words import WaitsFor
from sync.central.services.cases import CaseKind
from sync.central.services.journal.item import Item, Scene, numeral
from sync.central.services.journal.line import MAIN
from sync.protocol.event import read_envelope
from sync.protocol.payloads import ShiftClosed, ShiftOpened, payload_of
from sync.protocol.shift_figures import Figures, ShiftFigures
from sync.protocol.shift_tally import Tally
from sync.protocol.wire import WireError

READ_AT_ONCE = 1_000
MAX_RECKONED = 50_000
"""Events of one report at most: more would hold the till's line for too long, and the report stands unchecked."""


async def book_shifts(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Store openings and closings in their order; a closing whose opening is not known waits for it."""
    for item in items:
        if type(item.payload) is ShiftOpened:
            await _open(connection, scene, item, item.payload)
        elif type(item.payload) is ShiftClosed:
            await _close(connection, scene, item, item.payload)


async def check_reports(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Reckon the Z reports among these events again, once they are stored; a difference becomes a case.

    The other side of a fork is not reckoned: its events stand on two branches.
    """
    for item in items:
        if type(item.payload) is not ShiftClosed or scene.branch != MAIN:
            continue
        ours = await reckon(
            connection,
            scene.network,
            scene.till,
            incarnation=scene.incarnation,
            before_seq=item.link.envelope.seq,
            counted=item.payload.figures.events,
        )
        if ours is None:
            continue
        agrees = ours == item.payload.figures
        await connection.execute(
            "UPDATE shifts SET agrees = $3 WHERE network_id = $1 AND closed_event = $2",
            scene.network,
            item.event_id,
            agrees,
        )
        if not agrees:
            item.raise_case(
                CaseKind.SHIFT_DIFFERS,
                number=numeral(item.payload.number),
                **_differences(item.payload.figures, ours),
            )


async def _open(connection: asyncpg.Connection, scene: Scene, item: Item, payload: ShiftOpened) -> None:
    await connection.execute(
        """INSERT INTO shifts (network_id, till_id, restaurant_id, event, number, currency, float_minor,
            opened_at, opened_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9)""",
        scene.network,
        scene.till,
        scene.restaurant,
        item.event_id,
        payload.number,
        payload.currency,
        payload.float_minor,
        item.link.envelope.trusted_ms,
        item.link.envelope.staff,
    )


async def _close(connection: asyncpg.Connection, scene: Scene, item: Item, payload: ShiftClosed) -> None:
    envelope = item.link.envelope
    known = await connection.fetchval(
        """UPDATE shifts SET closed_event = $4, closed_at = to_timestamp($5::float8 / 1000), closed_by = $6,
            approved_by = $7, closed_incarnation = $8, closed_seq = $9, expected_minor = $10,
            counted_minor = $11, other_minor = $12, note = $13, figures = $14
        WHERE network_id = $1 AND event = $2 AND till_id = $3 AND closed_event IS NULL RETURNING 1""",
        scene.network,
        payload.shift,
        scene.till,
        item.event_id,
        envelope.trusted_ms,
        envelope.staff,
        payload.approved_by,
        scene.incarnation,
        envelope.seq,
        payload.expected_minor,
        payload.counted_minor,
        payload.other_minor,
        payload.note,
        msgspec.to_builtins(payload.figures),
    )
    if known is None:
        item.quarantine(f"the shift {payload.shift} is not open", WaitsFor.REFERENCE)


async def reckon(
    connection: asyncpg.Connection,
    network: int,
    till: int,
    *,
    incarnation: int,
    before_seq: int,
    counted: int,
) -> ShiftFigures | None:
    """Add up what the till recorded between the report before and this one; None when it is too much.

    Before its first report a till may have let events go that are safe in a backup: then those count that it has
    ``counted``.
    """
    row = await connection.fetchrow(
        """SELECT closed_incarnation AS life, closed_seq AS seq FROM shifts
        WHERE network_id = $1 AND till_id = $2 AND (closed_incarnation, closed_seq) < ($3, $4)
        ORDER BY closed_incarnation DESC, closed_seq DESC LIMIT 1""",
        network,
        till,
        incarnation,
        before_seq,
    )
    if row is not None:
        after = row["life"], row["seq"]
    else:
        after = (incarnation, before_seq - 1 - counted) if 0 < counted < before_seq else (0, 0)
    tally = Tally()
    for _ in range(MAX_RECKONED // READ_AT_ONCE):
        rows = await connection.fetch(
            """SELECT incarnation, seq, body FROM events
            WHERE network_id = $1 AND till_id = $2 AND branch = $3 AND (incarnation, seq) > ($4, $5)
                AND (incarnation, seq) < ($6, $7)
            ORDER BY incarnation, seq LIMIT $8""",
            network,
            till,
            MAIN,
            *after,
            incarnation,
            before_seq,
            READ_AT_ONCE,
        )
        for row in rows:
            _add(tally, row["body"])
        if len(rows) < READ_AT_ONCE:
            return tally.figures()
        after = (rows[-1]["incarnation"], rows[-1]["seq"])
    return None


def _add(tally: Tally, body: bytes) -> None:
    try:
        envelope = read_envelope(body)
        tally.add(envelope.staff, payload_of(envelope))
    except WireError:
        tally.add(None, None)


def _differences(till: ShiftFigures, ours: ShiftFigures) -> dict[str, str]:
    """Name the figures that differ, as the till and as central have them."""
    named = {
        name: (getattr(till.whole, name), getattr(ours.whole, name)) for name in Figures.__struct_fields__
    }
    named["events"] = (till.events, ours.events)
    found = {name: f"{numeral(a)} / {numeral(b)}" for name, (a, b) in named.items() if a != b}
    return found or {"parts": "the whole agrees, its parts do not"}
