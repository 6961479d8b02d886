"""Limits as services and people set them: opened when first needed, raised and lowered (DESIGN 7).

What is lowered below what is already out becomes exposure; units that come back take it back first.
"""

from collections.abc import Mapping
from typing import NamedTuple

import asyncpg

from sync.protocol.leases import LimitKind

MAX_UNITS = 2**53
"""No limit is larger: sums of many stay far from what a column can hold."""


class LimitKey(NamedTuple):
    """Which limit of the network."""

    kind: LimitKind
    subject: int
    guest: int = 0


async def set_total(connection: asyncpg.Connection, network_id: int, key: LimitKey, total: int) -> None:
    """Make a limit as large as it should be, in the caller's transaction; it is opened when there is none.

    A limit that is lowered gives what its pool has; the rest is out with tills or used and becomes exposure.
    Raises ``ValueError`` for a total below 0 or above ``MAX_UNITS``.
    """
    if not 0 <= total <= MAX_UNITS:
        msg = f"a limit has 0 to {MAX_UNITS} units, not {total}"
        raise ValueError(msg)
    await connection.execute(
        """INSERT INTO limits (network_id, kind, subject, guest, total, pool) VALUES ($1, $2, $3, $4, 0, 0)
        ON CONFLICT DO NOTHING""",
        network_id,
        key.kind.value,
        key.subject,
        key.guest,
    )
    # What is new takes exposure back first; what goes is taken from the pool as far as that has it.
    await connection.execute(
        """UPDATE limits SET total = $5,
            pool = pool + CASE WHEN $5 > total THEN greatest($5 - total - exposure, 0)
                ELSE -least(pool, total - $5) END,
            exposure = exposure + CASE WHEN $5 > total THEN -least(exposure, $5 - total)
                ELSE total - $5 - least(pool, total - $5) END
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4 AND total <> $5""",
        network_id,
        key.kind.value,
        key.subject,
        key.guest,
        total,
    )


async def open_guest_limits(
    connection: asyncpg.Connection, network_id: int, totals: Mapping[LimitKey, int]
) -> None:
    """Open the limits of (campaign, guest) that are not there yet: no row means full (DESIGN 7.8).

    A guest whom central does not know gets none, and neither does a number that turned out to be another guest's.
    """
    if not totals:
        return
    keys = sorted(totals)
    await connection.execute(
        """INSERT INTO limits (network_id, kind, subject, guest, total, pool)
        SELECT $1, 'guest_uses', k.campaign, k.guest, k.total, k.total
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS k (campaign, guest, total)
        JOIN guests g ON g.network_id = $1 AND g.id = k.guest AND g.merged_into IS NULL
        ORDER BY k.campaign, k.guest
        ON CONFLICT DO NOTHING""",
        network_id,
        [key.subject for key in keys],
        [key.guest for key in keys],
        [totals[key] for key in keys],
    )
