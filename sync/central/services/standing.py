"""What a till is to central just now: in order, revoked, or followed by a newer life of itself."""

import asyncpg
import msgspec

from sync.central.schema.words import TillStatus
from sync.central.services.grants import LeaseFor
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

_OUT = {TillStatus.REVOKED.value, TillStatus.LOST.value}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One life of a till: its key, where it stands, and whether it may do more than upload."""

    public_key: bytes
    restaurant: int
    applied: int
    safe: int | None
    revoked: bool
    fenced: bool


async def read_standing(connection: asyncpg.Connection, till: LeaseFor) -> Standing | None:
    """Return what is known of an incarnation, None when there is none."""
    row = await connection.fetchrow(
        """SELECT i.public_key, i.applied_seq, i.safe_seq, i.fenced, t.status, t.restaurant_id
        FROM incarnations i JOIN tills t ON t.network_id = $1 AND t.id = i.till_id
        WHERE i.network_id = $1 AND i.till_id = $2 AND i.incarnation = $3""",
        till.network,
        till.till,
        till.incarnation,
    )
    if row is None:
        return None
    return Standing(
        public_key=row["public_key"],
        restaurant=row["restaurant_id"],
        applied=row["applied_seq"],
        safe=row["safe_seq"],
        revoked=row["status"] in _OUT,
        fenced=row["fenced"],
    )


async def require_good_standing(connection: asyncpg.Connection, till: LeaseFor) -> Standing:
    """Return a till's standing; raises :class:`Refusal` ``till-revoked``, ``till-fenced`` or ``unauthenticated``."""
    standing = await read_standing(connection, till)
    if standing is None:
        raise Refusal(ProblemType.UNAUTHENTICATED, "There is no such till.", "Enrol it.")
    if standing.revoked:
        raise Refusal(
            ProblemType.TILL_REVOKED,
            "This till is revoked.",
            "What it has recorded may still be uploaded. Ask the office.",
        )
    if standing.fenced:
        raise Refusal(
            ProblemType.TILL_FENCED,
            "Another machine has taken this till's place.",
            "What was recorded here may still be uploaded. Enrol this machine again to work on.",
        )
    return standing
