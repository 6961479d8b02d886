"""Epochs: what holds after central's database was put back to an earlier state (DESIGN 5).

What was granted after the backup was taken is not in the restored books, so its units would be granted twice.
Therefore a new epoch issues nothing until every till that may hold such grants has listed them again (each
carries central's own signature), or a person has decided not to wait for a till that does not come.

A restore makes itself known in three ways: whoever restores says so (``admin new-epoch``); PostgreSQL names
another cluster or timeline than before (:func:`notice_restore`); a till shows an acknowledgement of an event
that central does not hold (:mod:`sync.central.services.relisting`). The last one is a till's word alone, so
it counts for that till's network only.
"""

from uuid import UUID

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.database import Database, enter_network
from sync.central.schema.words import Noun, TillStatus
from sync.central.services import audit
from sync.central.services.cases import CaseKind, NewCase, close_cases, open_case_once, open_cases
from sync.protocol.leases import LimitKind

NUMBERS_SKIPPED = 100_000
"""How far every numbering jumps: a code or a till that was made after the backup and is lost with it has a
number that events and grants still name, and nothing else may ever be called by it."""

_UUID_BYTES = 16


async def may_issue(
    connection: asyncpg.Connection, network_id: int, *, kind: LimitKind, subject: int, guest: int = 0
) -> bool:
    """Whether units of a limit may be handed out now; ask in the transaction that debits the pool.

    Today the answer is one for all limits of the network: which of them a missing till holds is exactly what
    is not known. The limit is named so that callers need not change should that ever be told apart.
    """
    del kind, subject, guest
    issuing: bool | None = await connection.fetchval("SELECT issuing FROM networks WHERE id = $1", network_id)
    return bool(issuing)


async def begin_everywhere(database: Database, *, why: str, actor: str) -> int:
    """Begin a new epoch for every network of the installation; return how many tills are awaited."""
    async with database.directory_transaction() as connection:
        return await _begin_everywhere(connection, why=why, actor=actor)


async def notice_restore(database: Database) -> bool:
    """Compare PostgreSQL's own name for this database with the one it had; begin a new epoch when they differ.

    Every point-in-time restore and every promotion of a standby begins a new timeline, and a dump that is read
    back stands in another cluster. Copying a stopped server's files back is seen by neither.
    """
    async with database.directory_transaction() as connection:
        row = await connection.fetchrow(
            """SELECT i.cluster, i.timeline, (pg_control_system()).system_identifier::text AS cluster_now,
                left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline_now
            FROM installation i FOR UPDATE"""
        )
        then, now = (row["cluster"], row["timeline"]), (row["cluster_now"], row["timeline_now"])
        if then == now:
            return False
        await connection.execute("UPDATE installation SET cluster = $1, timeline = $2", *now)
        if then == (None, None):
            return False
        why = f"the database was {then[0]} on timeline {then[1]} and is {now[0]} on timeline {now[1]}"
        await _begin_everywhere(connection, why=why, actor="central")
        return True


async def _begin_everywhere(connection: asyncpg.Connection, *, why: str, actor: str) -> int:
    epoch = _new_uuid(connection)
    await connection.execute("UPDATE installation SET epoch = $1", epoch)
    rows = await connection.fetch("SELECT id FROM directory WHERE noun = $1 ORDER BY id", Noun.NETWORK.value)
    awaited = 0
    for row in rows:
        await enter_network(connection, row["id"])
        awaited += await begin_epoch(connection, row["id"], why=why, actor=actor, epoch=epoch)
    return awaited


async def begin_epoch(
    connection: asyncpg.Connection, network_id: int, *, why: str, actor: str, epoch: UUID | None = None
) -> int:
    """Begin a new epoch of one network in its own transaction; return how many tills are awaited.

    The feed begins anew too: numbers that were given after the backup are given again, to other changes.
    """
    await _skip_numbers(connection)
    await connection.execute(
        "UPDATE networks SET epoch = $2, feed_epoch = $3 WHERE id = $1",
        network_id,
        epoch or _new_uuid(connection),
        _new_uuid(connection),
    )
    await connection.execute(
        """INSERT INTO relistings (network_id, till_id, since)
        SELECT $1, id, $3 FROM tills WHERE network_id = $1 AND status = $2 ORDER BY id
        ON CONFLICT (network_id, till_id) DO UPDATE SET since = excluded.since""",
        network_id,
        TillStatus.ACTIVE.value,
        moment(clock_of(connection)),
    )
    awaited = await settle_issuing(connection, network_id)
    detail = {"why": why, "tills_awaited": awaited}
    await open_cases(connection, network_id, None, [NewCase(kind=CaseKind.CENTRAL_RESTORED, detail=detail)])
    await audit.record(
        connection,
        network_id,
        actor=actor,
        action="network.epoch",
        subject=f"network:{network_id}",
        detail=detail,
    )
    return awaited


async def settle_issuing(connection: asyncpg.Connection, network_id: int) -> int:
    """Let the network issue again when no till is awaited any more; return how many still are."""
    # The network's row is locked first, so that the last two tills that list at once see each other.
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", network_id)
    awaited: int = await connection.fetchval(
        "SELECT count(*) FROM relistings WHERE network_id = $1", network_id
    )
    await connection.execute(
        "UPDATE networks SET issuing = $2 WHERE id = $1 AND issuing <> $2", network_id, awaited == 0
    )
    if awaited == 0:
        outcome = "every till has listed its leases, or was decided on"
        await close_cases(connection, network_id, CaseKind.CENTRAL_RESTORED, outcome=outcome)
    return awaited


async def book_missing(
    connection: asyncpg.Connection, network_id: int, *, till_id: int | None, why: str, actor: str
) -> list[int]:
    """Stop waiting for a till (None: for all that are missing); return which.

    What such a till holds without these books knowing it is not known; so nothing is moved now. The person who
    decides accepts that it may be granted once more: when the till comes after all, or its late events do,
    what no pool covers is booked as exposure, with a case.
    """
    given_up = await _await_no_more(
        connection, network_id, till_id, outcome="a person has decided not to wait"
    )
    if given_up:
        worst = await connection.fetchval(
            "SELECT COALESCE(sum(pool), 0)::bigint FROM limits WHERE network_id = $1", network_id
        )
        await audit.record(
            connection,
            network_id,
            actor=actor,
            action="network.book_missing",
            subject=f"network:{network_id}",
            detail={"tills": given_up, "why": why, "units_at_most": worst},
        )
        await settle_issuing(connection, network_id)
    return given_up


async def listed(connection: asyncpg.Connection, network_id: int, till_id: int) -> None:
    """Note that a till has listed all its leases."""
    await _await_no_more(connection, network_id, till_id, outcome="the till has listed its leases")
    await settle_issuing(connection, network_id)


async def tell_of_waiting(
    connection: asyncpg.Connection, network_id: int, till_id: int, *, incarnation: int
) -> None:
    """Open a case, once, for an earlier machine whose events wait until the till's present one has listed its leases."""
    detail = {
        "problem": "an earlier machine of this till holds events that are taken in as soon as its present machine has"
        " listed its leases; if that one does not come any more: admin book-missing",
        "incarnation": incarnation,
    }
    case = NewCase(kind=CaseKind.CENTRAL_RESTORED, detail=detail)
    await open_case_once(connection, network_id, till_id, case)


async def _await_no_more(
    connection: asyncpg.Connection, network_id: int, till_id: int | None, *, outcome: str
) -> list[int]:
    """Strike a till (None: every till) off those who are awaited, and end what its events waited for; return which."""
    rows = await connection.fetch(
        "DELETE FROM relistings WHERE network_id = $1 AND ($2::bigint IS NULL OR till_id = $2) RETURNING till_id",
        network_id,
        till_id,
    )
    tills = sorted(row["till_id"] for row in rows)
    await connection.execute(
        """UPDATE cases SET closed_at = $4, outcome = $5
        WHERE network_id = $1 AND till_id = ANY ($2::bigint[]) AND kind = $3 AND closed_at IS NULL""",
        network_id,
        tills,
        CaseKind.CENTRAL_RESTORED.value,
        moment(clock_of(connection)),
        outcome,
    )
    return tills


async def _skip_numbers(connection: asyncpg.Connection) -> None:
    await connection.execute(
        """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, COALESCE(last_value, 0) + $1)
        FROM pg_sequences WHERE schemaname = 'public'""",
        NUMBERS_SKIPPED,
    )


def _new_uuid(connection: asyncpg.Connection) -> UUID:
    return UUID(bytes=clock_of(connection).random(_UUID_BYTES), version=4)
