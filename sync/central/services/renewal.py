"""A new life for a till on the same machine, asked for by the till itself (DESIGN 5, 7.6).

Two things can end a life: its newest events became unreadable, or its files turn out to be an older copy. In
the first case the till gets its new life at once, because nothing speaks against it: the key is its own, the
old line stays and is still taken, and its leases return only as far as the old journal proves. In the second
case somebody put an old copy there, perhaps beside the real one, so a person has to agree first (``admin
allow-renewal``); whichever machine then goes on, the other one is fenced.
"""

import asyncpg
import msgspec

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services import audit
from sync.central.services.cases import CaseKind, NewCase, open_case_once, open_cases
from sync.central.services.directory import unknown_till
from sync.central.services.enrolment import answer_enrolled, begin_life
from sync.central.services.grants import LeaseFor
from sync.central.services.refusal import Refusal
from sync.central.services.standing import read_standing
from sync.protocol.enrolment import EnrolReply, RenewRequest
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.problems import ProblemType
from sync.protocol.wire import canonical

DAMAGED = "damaged"
ROLLED_BACK = "rolled_back"


async def renew(database: Database, secrets: Secrets, request: RenewRequest) -> EnrolReply:
    """Begin a new life; the same question gives the same life until that has recorded something.

    Raises :class:`Refusal` ``unauthenticated``, ``till-revoked``, ``till-fenced`` (a newer life exists),
    ``renewal-not-allowed`` or ``invalid``.
    """
    till = LeaseFor(request.network, request.till, request.incarnation)
    async with database.network_transaction(till.network) as connection:
        standing = await read_standing(connection, till)
        unsigned = canonical(msgspec.structs.replace(request, proof=b""))
        if standing is None or not VerifyKey(standing.public_key).verifies(
            Purpose.RENEWAL, unsigned, request.proof
        ):
            raise Refusal(ProblemType.UNAUTHENTICATED, "This is no till of ours.", "Enrol it.")
        if standing.revoked:
            raise Refusal(ProblemType.TILL_REVOKED, "This till is revoked.", "Ask the office.")
        row = await connection.fetchrow(
            """SELECT incarnation, public_key, renewal_allowed, name FROM tills
            WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE""",
            till.network,
            till.till,
        )
        if row["incarnation"] != till.incarnation:
            await _require_just_begun(connection, till, row, standing.public_key)
            return await answer_enrolled(connection, secrets, till.network, till.till, row["incarnation"])
        allowed = request.why == DAMAGED or (request.why == ROLLED_BACK and row["renewal_allowed"])
        if allowed:
            return await _renew(connection, secrets, till, standing.public_key, request)
    if request.why != ROLLED_BACK:
        raise Refusal(ProblemType.INVALID, "A till asks for a new life when it is damaged or rolled back.")
    await _report(database, till, request)
    raise Refusal(
        ProblemType.RENEWAL_NOT_ALLOWED,
        "The office has not agreed yet that this till goes on from an older copy of its files.",
        "The office decides: admin allow-renewal, or a new enrolment code.",
    )


async def allow_renewal(connection: asyncpg.Connection, network_id: int, till_id: int, *, actor: str) -> None:
    """Let this till begin one new life by itself; raises :class:`UserError` ``unknown_till``."""
    found = await connection.fetchval(
        "UPDATE tills SET renewal_allowed = true WHERE network_id = $1 AND id = $2 RETURNING id",
        network_id,
        till_id,
    )
    if found is None:
        raise unknown_till(till_id)
    await audit.record(
        connection, network_id, actor=actor, action="till.allow_renewal", subject=f"till:{till_id}"
    )


async def _require_just_begun(
    connection: asyncpg.Connection, till: LeaseFor, row: asyncpg.Record, key: bytes
) -> None:
    """Pass only for the life that this very question began: same key, the next number, nothing recorded yet."""
    applied = await connection.fetchval(
        "SELECT applied_seq FROM incarnations WHERE network_id = $1 AND till_id = $2 AND incarnation = $3",
        till.network,
        till.till,
        row["incarnation"],
    )
    if (row["incarnation"], row["public_key"], applied) != (till.incarnation + 1, key, 0):
        raise Refusal(
            ProblemType.TILL_FENCED,
            "Another machine has taken this till's place.",
            "What was recorded here may still be uploaded. Enrol this machine again to work on.",
        )


async def _renew(
    connection: asyncpg.Connection, secrets: Secrets, till: LeaseFor, key: bytes, request: RenewRequest
) -> EnrolReply:
    begun = await begin_life(
        connection, till.network, till.till, public_key=key, app_version=request.app_version
    )
    await connection.execute(
        "UPDATE tills SET renewal_allowed = false WHERE network_id = $1 AND id = $2", till.network, till.till
    )
    detail = {
        "why": request.why,
        "from": till.incarnation,
        "to": begun.incarnation,
        "last_good_seq": str(request.last_good_seq)[:20],
    }
    await open_cases(connection, till.network, till.till, [NewCase(kind=CaseKind.RENEWED, detail=detail)])
    await audit.record(
        connection,
        till.network,
        actor=f"till:{till.till}",
        action="till.renew",
        subject=f"till:{till.till}",
        detail=detail,
    )
    return await answer_enrolled(connection, secrets, till.network, till.till, begun.incarnation)


async def _report(database: Database, till: LeaseFor, request: RenewRequest) -> None:
    detail = {"why": request.why, "from": till.incarnation, "to": None}
    async with database.network_transaction(till.network) as connection:
        await open_case_once(
            connection, till.network, till.till, NewCase(kind=CaseKind.RENEWED, detail=detail)
        )
