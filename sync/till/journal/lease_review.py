"""Looking over the leases: which go back to the office, which run low, and what was taken at risk."""

from uuid import UUID

from msgspec import Struct

from sync.protocol.event import read_envelope
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Redemption, payload_of
from sync.till.journal.recent_leases import RECENT_MS
from sync.till.journal.schema import position
from sync.till.journal.settling import watermarks
from sync.till.sqlcipher import Connection

SPENT_KEPT_MS = 60 * 60 * 1000
"""A lease that is spent stays open for so long, so that a void can put its units back into it."""
LOW_PARTS = 4
"""A limit runs low when at most one part in this many of its leased units is left."""
RATE_FLOOR_MS = 15 * 60 * 1000
"""A rate is measured over at least so long: one use a minute after the grant is no sixty an hour."""
AHEAD_MS = 60 * 60 * 1000
"""How long the units that are asked for should last at the recent rate."""


class OverLease(Struct, frozen=True, kw_only=True):
    """A lease that should go back, and why: ``expired``, ``spent``, ``unused`` (by its sale) or ``idle``."""

    lease: UUID
    operation: UUID | None
    why: str


class LowLimit(Struct, frozen=True, kw_only=True):
    """A limit of which little is left here; ``wanted`` units would last ``AHEAD_MS`` at the recent rate.

    ``ahead``: some of it was leased ahead, so that the till counts on having more.
    """

    kind: LimitKind
    subject: int
    guest: int
    left: int
    wanted: int
    ahead: bool


_OVER = (
    "SELECT lease, operation, CASE WHEN expires_ms <= :now THEN 'expired' WHEN spent = units THEN 'spent'"
    " WHEN operation IS NOT NULL THEN 'unused' ELSE 'idle' END FROM leases"
    " WHERE incarnation = :incarnation AND state = 'open' AND (expires_ms <= :now"
    " OR (spent = units AND coalesce(used_ms, granted_ms) <= :spent_before)"
    " OR (spent < units AND operation IS NOT NULL)"
    # Allowances lie idle until the line breaks: they are meant for that.
    " OR (spent < units AND kind NOT IN ('risk', 'credit', 'budget')"
    " AND coalesce(used_ms, granted_ms) <= :idle_before))"
    " ORDER BY granted_ms, lease LIMIT :limit"
)
_LOW = (
    "WITH recent AS (SELECT kind, subject, guest FROM temp.recent_limits WHERE used_ms > :since)"
    " SELECT l.kind, l.subject, l.guest, sum(l.units - l.spent), sum(l.spent), min(l.granted_ms),"
    " max(l.operation IS NULL) FROM recent JOIN leases l USING (kind, subject, guest)"
    " WHERE l.state = 'open' AND l.incarnation = :incarnation AND NOT l.sale_bound"
    " AND (l.expires_ms IS NULL OR l.expires_ms > :now)"
    " GROUP BY l.kind, l.subject, l.guest HAVING sum(l.units - l.spent) * :parts <= sum(l.units)"
    " ORDER BY max(l.used_ms) DESC LIMIT :limit"
)
_UNSETTLED_RISK = (
    "SELECT body FROM events WHERE position > ? AND position < ? AND kind = 'redemption'"
    """ AND instr(body, CAST('"by":"risk"' AS BLOB)) > 0"""
)


def list_over(
    connection: Connection, incarnation: int, *, now_ms: int, idle_ms: int, limit: int
) -> list[OverLease]:
    """Return leases that should go back: expired, spent long ago, left over from a sale, or idle for ``idle_ms``."""
    rows = connection.execute(
        _OVER,
        {
            "incarnation": incarnation,
            "now": now_ms,
            "spent_before": now_ms - SPENT_KEPT_MS,
            "idle_before": now_ms - idle_ms,
            "limit": limit,
        },
    ).fetchall()
    return [
        OverLease(
            lease=UUID(bytes=lease),
            operation=None if operation is None else UUID(bytes=operation),
            why=why,
        )
        for lease, operation, why in rows
    ]


def list_low(connection: Connection, incarnation: int, *, now_ms: int, limit: int) -> list[LowLimit]:
    """Return the limits that were used lately and of which little is left, the last used first."""
    rows = connection.execute(
        _LOW,
        {
            "incarnation": incarnation,
            "now": now_ms,
            "since": now_ms - RECENT_MS,
            "parts": LOW_PARTS,
            "limit": limit,
        },
    ).fetchall()
    return [
        LowLimit(
            kind=LimitKind(kind),
            subject=subject,
            guest=guest,
            left=left,
            wanted=_at_rate(spent, now_ms - granted_ms),
            ahead=bool(ahead),
        )
        for kind, subject, guest, left, spent, granted_ms, ahead in rows
    ]


def unsettled_risk(connection: Connection, code_id: int | None) -> int:
    """Count the uses of a code (None: of any) that were accepted at risk and that the office has not heard of."""
    found = 0
    for marks in watermarks(connection):
        rows = connection.execute(
            _UNSETTLED_RISK,
            (position(marks.incarnation, marks.applied), position(marks.incarnation + 1, 0)),
        ).fetchall()
        for (body,) in rows:
            envelope = read_envelope(body)
            payload = payload_of(envelope)
            if isinstance(payload, Redemption) and payload.by == "risk":
                found += code_id is None or payload.code_id == code_id
    return found


def _at_rate(spent: int, elapsed_ms: int) -> int:
    return max(1, -(-spent * AHEAD_MS // max(elapsed_ms, RATE_FLOOR_MS)))
