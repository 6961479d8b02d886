"""Hearing from tills after central was restored: proof that it was, and grants that its books have lost.

Every grant carries central's own signature, so a till cannot invent one: what the restored database does not
know was handed out after the backup was taken, and is booked now as it would have been then.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from sync.central.services import epochs
from sync.central.services.campaign_rows import find_campaigns
from sync.central.services.cases import CaseKind, NewCase, open_case_once, open_cases
from sync.central.services.grants import LeaseFor, insert_leases
from sync.central.services.guest_limits import take_off_kept
from sync.central.services.journal.merged import read_merged
from sync.central.services.limits import LimitKey, open_guest_limits
from sync.protocol.contact import MAX_LISTED_GRANTS, Contact, Life
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.protocol.wire import WireError, read_canonical

MAX_LIVES = 50
"""The newest lives of a till whose marks one contact is told."""


class EpochNews(NamedTuple):
    """What a contact is told: the epoch's name, whether to list leases, and how far each life is held."""

    epoch: str
    relist: bool
    lives: tuple[Life, ...]


async def hear(connection: asyncpg.Connection, key: bytes, till: LeaseFor, contact: Contact) -> EpochNews:
    """Take what a contact says of epochs; ``key`` is central's own public key. The till stands in good order."""
    epoch = await _epoch(connection, till.network)
    if contact.epoch in {"", epoch} and not await _holds(connection, till, contact):
        why = f"till {till.till} was acknowledged event {contact.acked} of its life {till.incarnation}"
        await epochs.begin_epoch(connection, till.network, why=why, actor=f"till:{till.till}")
        epoch = await _epoch(connection, till.network)
    if contact.grants:
        await _rebook(connection, key, till, contact.grants[:MAX_LISTED_GRANTS])
    awaited = await is_awaited(connection, till)
    if awaited and contact.listed and contact.epoch == epoch:
        await epochs.listed(connection, till.network, till.till)
        awaited = False
    return EpochNews(epoch, awaited, await _lives(connection, till))


async def is_awaited(connection: asyncpg.Connection, till: LeaseFor) -> bool:
    """Whether this till is to list its leases again before anything else."""
    found = await connection.fetchval(
        "SELECT 1 FROM relistings WHERE network_id = $1 AND till_id = $2", till.network, till.till
    )
    return found is not None


async def _epoch(connection: asyncpg.Connection, network_id: int) -> str:
    return str(await connection.fetchval("SELECT epoch FROM networks WHERE id = $1", network_id))


async def _holds(connection: asyncpg.Connection, till: LeaseFor, contact: Contact) -> bool:
    """Whether central holds the event that it once acknowledged to this till, on whatever branch."""
    if contact.acked <= 0 or len(contact.acked_hash) == 0:
        return True
    where = (till.network, till.till, till.incarnation)
    newest = await connection.fetchrow(
        """SELECT applied_seq, applied_hash FROM incarnations
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3""",
        *where,
    )
    if newest is None or (newest["applied_seq"], newest["applied_hash"]) == (
        contact.acked,
        contact.acked_hash,
    ):
        return True
    held = await connection.fetchval(
        """SELECT 1 FROM events WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND seq = $4
        AND hash = $5 LIMIT 1""",
        *where,
        contact.acked,
        contact.acked_hash,
    )
    return held is not None


async def _lives(connection: asyncpg.Connection, till: LeaseFor) -> tuple[Life, ...]:
    rows = await connection.fetch(
        """SELECT incarnation, applied_seq, safe_seq FROM incarnations
        WHERE network_id = $1 AND till_id = $2 ORDER BY incarnation DESC LIMIT $3""",
        till.network,
        till.till,
        MAX_LIVES,
    )
    return tuple(Life(row["incarnation"], row["applied_seq"], row["safe_seq"]) for row in rows)


async def _rebook(
    connection: asyncpg.Connection, key: bytes, till: LeaseFor, listed: Sequence[SignedGrant]
) -> None:
    """Book the grants that the books do not hold: units leave the pool, and what it lacks becomes exposure."""
    grants = await asyncio.to_thread(_genuine, key, till, listed)
    if len(grants) < len(listed):
        detail = {"problem": "it lists leases that central did not grant to it"}
        await open_case_once(
            connection, till.network, till.till, NewCase(kind=CaseKind.LEASE_UNKNOWN, detail=detail)
        )
    known = await connection.fetch(
        "SELECT id FROM leases WHERE network_id = $1 AND id = ANY ($2::uuid[])",
        till.network,
        [grant.lease for grant, _ in grants],
    )
    held = {row["id"] for row in known}
    fresh = {grant.lease: (grant, signed) for grant, signed in grants if grant.lease not in held}
    if not fresh:
        return
    short = await _take_from_pools(connection, till.network, [grant for grant, _ in fresh.values()])
    await _free_operations(connection, till, [grant for grant, _ in fresh.values()])
    await insert_leases(connection, till.network, list(fresh.values()))
    cases = [
        NewCase(
            kind=CaseKind.GRANTED_TWICE,
            detail={"limit": kind, "subject": subject, "guest": guest, "units": units},
        )
        for (kind, subject, guest), units in short.items()
        if units
    ]
    await open_cases(connection, till.network, till.till, cases)


def _genuine(key: bytes, till: LeaseFor, listed: Sequence[SignedGrant]) -> list[tuple[Grant, SignedGrant]]:
    """Return the grants that central signed for any life of this till."""
    central, grants = VerifyKey(key), []
    for signed in listed:
        try:
            grant = read_canonical(signed.body, Grant)
        except WireError:
            continue
        ours = (grant.network, grant.till) == (till.network, till.till) and grant.units > 0
        if ours and central.verifies(Purpose.LEASE, signed.body, signed.signature):
            grants.append((grant, signed))
    return grants


async def _take_from_pools(
    connection: asyncpg.Connection, network_id: int, grants: Sequence[Grant]
) -> dict[tuple[str, int, int], int]:
    """Move units to outstanding, limit by limit in the books' order; return what each pool lacked."""
    wanted: dict[tuple[str, int, int], int] = {}
    for grant in grants:
        limit = (grant.kind.value, grant.subject, grant.guest)
        wanted[limit] = wanted.get(limit, 0) + grant.units
    await _open_guests(
        connection, network_id, [limit for limit in wanted if limit[0] == LimitKind.GUEST_USES]
    )
    short = {}
    for limit in sorted(wanted):
        # A limit that was made after the backup is not there: it is kept as one of nothing, all of it exposed.
        await connection.execute(
            """INSERT INTO limits (network_id, kind, subject, guest, total, pool) VALUES ($1, $2, $3, $4, 0, 0)
            ON CONFLICT DO NOTHING""",
            network_id,
            *limit,
        )
        pool = await connection.fetchval(
            """SELECT pool FROM limits WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4
            FOR NO KEY UPDATE""",
            network_id,
            *limit,
        )
        lacking = max(0, wanted[limit] - pool)
        await connection.execute(
            """UPDATE limits SET pool = pool - $5, exposure = exposure + $6, outstanding = outstanding + $7
            WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4""",
            network_id,
            *limit,
            wanted[limit] - lacking,
            lacking,
            wanted[limit],
        )
        short[limit] = lacking
    await _count_as_one(connection, network_id, short)
    return short


async def _count_as_one(
    connection: asyncpg.Connection, network_id: int, short: dict[tuple[str, int, int], int]
) -> None:
    """Let what was held for a registration that is another guest's by now be that one's, as far as there is any."""
    own = {limit: units for limit, units in short.items() if limit[0] == LimitKind.GUEST_USES and units}
    merged = await read_merged(connection, network_id, {guest for _, _, guest in own})
    for (kind, campaign, guest), units in own.items():
        if guest in merged:
            short[kind, campaign, guest] -= await take_off_kept(
                connection, network_id, campaign, kept=merged[guest], merged=guest, units=units
            )


async def _open_guests(
    connection: asyncpg.Connection, network_id: int, limits: Sequence[tuple[str, int, int]]
) -> None:
    """Open limits of guests whose rows were lost at what their campaigns allow: no row means full."""
    campaigns = await find_campaigns(connection, network_id, {subject for _, subject, _ in limits})
    totals: dict[LimitKey, int] = {}
    for _, subject, guest in limits:
        campaign = campaigns.get(subject)
        total = None if campaign is None else campaign.max_uses_per_guest
        if total is not None:
            totals[LimitKey(LimitKind.GUEST_USES, subject, guest)] = total
    await open_guest_limits(connection, network_id, totals)


async def _free_operations(connection: asyncpg.Connection, till: LeaseFor, grants: Sequence[Grant]) -> None:
    """Let the older grant keep the operation's name: the same question may have been answered again since."""
    await connection.execute(
        "UPDATE leases SET operation = NULL WHERE network_id = $1 AND till_id = $2 AND operation = ANY ($3::uuid[])",
        till.network,
        till.till,
        [grant.operation for grant in grants if grant.operation is not None],
    )
