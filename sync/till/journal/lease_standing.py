"""How a till stands with its leases, kind by kind: for the doctor, the journal's status and whoever supports it."""

from msgspec import Struct

from sync.protocol.leases import LimitKind
from sync.till.sqlcipher import Connection

_STANDING = (
    "SELECT kind, count(*), sum(units - spent), min(granted_ms), min(CASE WHEN expires_ms > :now THEN expires_ms END),"
    " sum(expires_ms <= :now) FROM leases"
    " WHERE incarnation = :incarnation AND state = 'open' AND spent < units GROUP BY kind ORDER BY kind"
)


class KindHeld(Struct, frozen=True, kw_only=True):
    """The open leases of one kind that have something left: how many, and the units in them.

    ``oldest_ms`` is when the oldest was granted, ``next_expiry_ms`` when the next one stops being spent from (None:
    none of them does); ``expired`` have stopped and wait to go back.
    """

    kind: LimitKind
    leases: int
    units: int
    oldest_ms: int
    next_expiry_ms: int | None
    expired: int


def held_by_kind(connection: Connection, incarnation: int, *, now_ms: int) -> list[KindHeld]:
    """Sum up what stands with this till."""
    rows = connection.execute(_STANDING, {"incarnation": incarnation, "now": now_ms}).fetchall()
    return [
        KindHeld(
            kind=LimitKind(kind),
            leases=leases,
            units=units,
            oldest_ms=oldest_ms,
            next_expiry_ms=next_expiry_ms,
            expired=expired or 0,
        )
        for kind, leases, units, oldest_ms, next_expiry_ms, expired in rows
    ]
