"""Giving up what a lost till holds: a person's decision (DESIGN 7.5).

Nothing but the till's own journal proves what it has spent. Its units are burnt, or, when somebody decides so
by name, given to others again, with as much exposure booked: the lost till may have spent every one of them.
What it recorded is still taken, whenever it comes.
"""

from typing import NamedTuple

import asyncpg

from sync.central.schema.words import LeaseState, TillStatus
from sync.central.services import audit
from sync.central.services.directory import unknown_till
from sync.rules.user_error import UserError

MAX_NAME_CHARS = 200


class GivenUp(NamedTuple):
    """What a decision was about. ``units`` is the sum over limits of every kind."""

    till_id: int
    status: str
    leases: int
    units: int
    reissued: bool


async def give_up(
    connection: asyncpg.Connection,
    network_id: int,
    till_id: int,
    *,
    by: str,
    reissue: bool = False,
    incarnation: int | None = None,
) -> GivenUp:
    """Burn or reissue what a till holds, in the caller's transaction; the till is lost from then on.

    With ``incarnation`` only an earlier life of it is given up (its files are gone, its machine was enrolled
    anew), and the till works on. Deciding to reissue later takes what was burnt before. Raises
    :class:`UserError` ``unknown_till``, ``life_not_over`` or ``decision_unsigned``.
    """
    if not by.strip() or len(by) > MAX_NAME_CHARS:
        raise UserError("decision_unsigned", "This decision needs a name.", "Say who decides, with --by.")
    status = await _lock_till(connection, network_id, till_id, incarnation)
    states = [LeaseState.OPEN, LeaseState.BURNT] if reissue else [LeaseState.OPEN]
    leases = await connection.fetch(
        """SELECT id, kind, subject, guest, units - settled AS units_left, state FROM leases
        WHERE network_id = $1 AND till_id = $2 AND state = ANY ($3::text[])
            AND ($4::int IS NULL OR incarnation = $4)
        ORDER BY id FOR NO KEY UPDATE""",
        network_id,
        till_id,
        [state.value for state in states],
        incarnation,
    )
    await _book(connection, network_id, leases, reissue=reissue)
    await connection.execute(
        "UPDATE leases SET state = $3, recall = false WHERE network_id = $1 AND id = ANY ($2::uuid[])",
        network_id,
        [lease["id"] for lease in leases],
        (LeaseState.REISSUED if reissue else LeaseState.BURNT).value,
    )
    units = sum(lease["units_left"] for lease in leases)
    await audit.record(
        connection,
        network_id,
        actor=by.strip(),
        action="till.reissue" if reissue else "till.burn",
        subject=f"till:{till_id}",
        detail={"incarnation": incarnation, "leases": len(leases), "units": units},
    )
    return GivenUp(till_id, status, len(leases), units, reissue)


async def _lock_till(
    connection: asyncpg.Connection, network_id: int, till_id: int, incarnation: int | None
) -> str:
    """Lock the till and, unless only an earlier life is given up, call it lost; return its status."""
    till = await connection.fetchrow(
        "SELECT status, incarnation FROM tills WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE",
        network_id,
        till_id,
    )
    if till is None:
        raise unknown_till(till_id)
    if incarnation is not None:
        if incarnation >= till["incarnation"]:
            raise UserError(
                "life_not_over",
                f"Life {incarnation} of this till is no earlier one: its present life is {till['incarnation']}.",
                "Leave the life out to give the whole till up.",
            )
        return str(till["status"])
    await connection.execute(
        "UPDATE tills SET status = $3 WHERE network_id = $1 AND id = $2",
        network_id,
        till_id,
        TillStatus.LOST.value,
    )
    await connection.execute(
        "DELETE FROM enrolments WHERE network_id = $1 AND till_id = $2 AND used_at IS NULL",
        network_id,
        till_id,
    )
    return TillStatus.LOST.value


async def _book(
    connection: asyncpg.Connection, network_id: int, leases: list[asyncpg.Record], *, reissue: bool
) -> None:
    """Move the units of leases: from outstanding to burnt; reissued ones into the pool too, as exposure."""
    outstanding: dict[tuple[str, int, int], int] = {}
    given_up: dict[tuple[str, int, int], int] = {}
    for lease in leases:
        limit = (lease["kind"], lease["subject"], lease["guest"])
        units = lease["units_left"]
        given_up[limit] = given_up.get(limit, 0) + units
        if lease["state"] == LeaseState.OPEN:
            outstanding[limit] = outstanding.get(limit, 0) + units
    limits = sorted(given_up)
    columns = [list(column) for column in zip(*limits, strict=True)] or [[], [], []]
    await connection.execute(
        """SELECT 1 FROM limits l JOIN unnest($2::text[], $3::bigint[], $4::bigint[]) AS k (kind, subject, guest)
            USING (kind, subject, guest)
        WHERE l.network_id = $1 ORDER BY l.kind, l.subject, l.guest FOR NO KEY UPDATE OF l""",
        network_id,
        *columns,
    )
    await connection.execute(
        """UPDATE limits l SET outstanding = l.outstanding - k.out, burnt = l.burnt + k.out,
            pool = l.pool + k.again, exposure = l.exposure + k.again
        FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS k (kind, subject, guest, out, again)
        WHERE l.network_id = $1 AND l.kind = k.kind AND l.subject = k.subject AND l.guest = k.guest""",
        network_id,
        *columns,
        [outstanding.get(limit, 0) for limit in limits],
        [given_up[limit] if reissue else 0 for limit in limits],
    )
