"""Shifts and managers' decisions as the office reads them: each report beside what central reckons of it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.services.journal.shifts import reckon
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

_BIGGEST = 2**31 - 1
_COLUMNS = """s.event AS id, s.till_id, t.name AS till, s.restaurant_id, r.name AS restaurant, s.number, s.currency,
    s.float_minor, s.opened_at, s.opened_by, s.closed_at, s.closed_by, s.approved_by, s.expected_minor,
    s.counted_minor, s.other_minor, s.note, s.agrees"""
_ROWS = """FROM shifts s JOIN tills t ON t.network_id = $1 AND t.id = s.till_id
    JOIN restaurants r ON r.network_id = $1 AND r.id = s.restaurant_id WHERE s.network_id = $1"""


class ShiftView(msgspec.Struct, frozen=True, kw_only=True):
    """One shift; amounts in minor units of ``currency``. ``id`` is the event that opened it.

    ``difference_minor`` is what was counted beyond what should have been there. ``agrees`` says whether central came
    to the same figures as the till (null: it is open, or too much was recorded to be reckoned on arrival).
    """

    id: UUID
    till_id: int
    till: str
    restaurant_id: int
    restaurant: str
    number: int
    currency: str
    float_minor: int
    opened_at: datetime
    opened_by: int | None
    closed_at: datetime | None
    closed_by: int | None
    approved_by: int | None
    expected_minor: int | None
    counted_minor: int | None
    other_minor: int | None
    difference_minor: int | None
    note: str
    agrees: bool | None


class ShiftReport(msgspec.Struct, frozen=True, kw_only=True):
    """A shift's report: Z of a closed one, X of one that is open, with all that has come in until now.

    ``figures`` are the till's own (null while it is open), ``reckoned`` what central adds up of the events that it
    holds (null: too many).
    """

    shift: ShiftView
    kind: str
    figures: dict[str, Any] | None
    reckoned: dict[str, Any] | None


class OverrideView(msgspec.Struct, frozen=True, kw_only=True):
    """A manager's decision at a till: what the rules asked, what was decided, by whom and why."""

    id: UUID
    till_id: int
    till: str
    restaurant_id: int
    at: datetime
    staff_id: int | None
    decided_by: int
    decided_by_name: str
    asked: str
    allowed: bool
    reason: str
    note: str
    code_id: int | None
    campaign_id: int | None


class Span(NamedTuple):
    """Which rows of which places and days are asked for; None is no matter."""

    restaurant: int | None = None
    till: int | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_shifts(
    connection: asyncpg.Connection,
    network: int,
    span: Span,
    *,
    open_only: bool | None,
    limit: int,
    offset: int,
) -> tuple[list[ShiftView], int]:
    """Return some shifts by their openings, the newest first, and the number of all that fit."""
    rows, total = await paged_rows(
        connection,
        _COLUMNS,
        f"""{_ROWS} AND ($2::bigint IS NULL OR s.restaurant_id = $2) AND ($3::bigint IS NULL OR s.till_id = $3)
            AND ($4::timestamptz IS NULL OR s.opened_at >= $4) AND ($5::timestamptz IS NULL OR s.opened_at < $5)
            AND ($6::boolean IS NULL OR (s.closed_event IS NULL) = $6)""",
        network,
        *span,
        open_only,
        order="s.opened_at DESC, s.event DESC",
        limit=limit,
        offset=offset,
    )
    return [_view(row) for row in rows], total


async def read_shift(connection: asyncpg.Connection, network: int, shift: UUID) -> ShiftReport:
    """Return a shift's report, reckoned anew from the events; raises :class:`Refusal` ``not-found``."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS}, s.figures, s.closed_incarnation, s.closed_seq {_ROWS} AND s.event = $2",
        network,
        shift,
    )
    if row is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no shift {shift}.", "Look at the list.")
    # An open shift goes up to whatever has come in.
    life, seq = row["closed_incarnation"] or _BIGGEST, row["closed_seq"] or 0
    figures: dict[str, Any] | None = row["figures"]
    ours = await reckon(
        connection,
        network,
        row["till_id"],
        incarnation=life,
        before_seq=seq,
        counted=0 if figures is None else figures["events"],
    )
    return ShiftReport(
        shift=_view(row),
        kind="X" if row["closed_at"] is None else "Z",
        figures=figures,
        reckoned=None if ours is None else msgspec.to_builtins(ours),
    )


async def list_overrides(
    connection: asyncpg.Connection, network: int, span: Span, *, allowed: bool | None, limit: int, offset: int
) -> tuple[list[OverrideView], int]:
    """Return some decisions, the newest first, and the number of all that fit."""
    rows, total = await paged_rows(
        connection,
        """o.event AS id, o.till_id, t.name AS till, o.restaurant_id, o.at, o.staff_id, o.decided_by,
            COALESCE((SELECT p.name FROM staff p WHERE p.network_id = $1 AND p.id = o.decided_by), '')
                AS decided_by_name,
            o.asked, o.allowed, o.reason, o.note, o.code_id, o.campaign_id""",
        """FROM overrides o JOIN tills t ON t.network_id = $1 AND t.id = o.till_id WHERE o.network_id = $1
            AND ($2::bigint IS NULL OR o.restaurant_id = $2) AND ($3::bigint IS NULL OR o.till_id = $3)
            AND ($4::timestamptz IS NULL OR o.at >= $4) AND ($5::timestamptz IS NULL OR o.at < $5)
            AND ($6::boolean IS NULL OR o.allowed = $6)""",
        network,
        *span,
        allowed,
        order="o.at DESC, o.event DESC",
        limit=limit,
        offset=offset,
    )
    return [OverrideView(**row) for row in rows], total


def _view(row: asyncpg.Record) -> ShiftView:
    fields = {name: row[name] for name in ShiftView.__struct_fields__ if name != "difference_minor"}
    counted = None if row["counted_minor"] is None else row["counted_minor"] + (row["other_minor"] or 0)
    difference = None if counted is None else counted - row["expected_minor"]
    return ShiftView(**fields, difference_minor=difference)
