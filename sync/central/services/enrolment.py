"""How a machine becomes a till: a one-time code, the key that was made on the till, and a new incarnation.

Each enrolment begins a new life of the till and fences the one before: of two machines that claim to be one
till, only the newer gets anything but its journal taken.
"""

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.schema.words import TillStatus
from sync.central.secrets import Secrets
from sync.central.services import audit
from sync.central.services.certificates import certify
from sync.central.services.enrolment_codes import MAX_CODE_CHARS, read_code
from sync.central.services.grants import LeaseFor
from sync.central.services.leases_ahead import grant_ahead
from sync.central.services.names import visible
from sync.central.services.refusal import Refusal
from sync.protocol.enrolment import EnrolReply, EnrolRequest, TillCertificate
from sync.protocol.keys import KEY_BYTES, Purpose, VerifyKey
from sync.protocol.problems import ProblemType


class Enrolling(msgspec.Struct, frozen=True):
    """An enrolment under way, its till's row locked."""

    network: int
    till: int
    restaurant: int
    incarnation: int


async def enrol(database: Database, secrets: Secrets, request: EnrolRequest) -> EnrolReply:
    """Enrol a machine. The same code with the same key gives the same answer again, however late.

    Raises :class:`Refusal` ``enrolment-unknown`` (also for a proof that does not fit), ``enrolment-used`` or
    ``enrolment-expired``.
    """
    code = read_code(request.code) if len(request.code) <= MAX_CODE_CHARS else None
    if code is None or not _is_proved(request):
        raise _unknown()
    at = moment(database.clock)
    async with database.network_transaction(code.network_id) as connection:
        row = await connection.fetchrow(
            """SELECT till_id, used_key, expires_at <= $3 AS late FROM enrolments
            WHERE network_id = $1 AND code_digest = $2 FOR NO KEY UPDATE""",
            code.network_id,
            code.digest,
            at,
        )
        if row is None:
            raise _unknown()
        if row["used_key"] is not None:
            incarnation = await _incarnation_of(
                connection, code.network_id, row["till_id"], row["used_key"], request.public_key
            )
            return await answer_enrolled(connection, secrets, code.network_id, row["till_id"], incarnation)
        if row["late"]:
            raise Refusal(
                ProblemType.ENROLMENT_EXPIRED,
                "This enrolment code has expired.",
                "Ask the office for a new one.",
            )
        enrolling = await begin_life(
            connection,
            code.network_id,
            row["till_id"],
            public_key=request.public_key,
            app_version=request.app_version,
        )
        await connection.execute(
            """UPDATE enrolments SET used_at = $4, used_key = $3
            WHERE network_id = $1 AND code_digest = $2""",
            code.network_id,
            code.digest,
            request.public_key,
            at,
        )
        leases = await grant_ahead(
            connection,
            secrets.signing_key,
            LeaseFor(enrolling.network, enrolling.till, enrolling.incarnation),
            restaurant_id=enrolling.restaurant,
        )
        await audit.record(
            connection,
            enrolling.network,
            actor=f"till:{enrolling.till}",
            action="till.enrol",
            subject=f"till:{enrolling.till}",
            detail={"incarnation": enrolling.incarnation, "leases": leases},
        )
        return await answer_enrolled(
            connection, secrets, enrolling.network, enrolling.till, enrolling.incarnation
        )


def _is_proved(request: EnrolRequest) -> bool:
    if len(request.public_key) != KEY_BYTES:
        return False
    content = request.code.encode("utf-8", "surrogatepass") + request.public_key
    try:
        return VerifyKey(request.public_key).verifies(Purpose.ENROLMENT, content, request.proof)
    except ValueError:
        # Thirty-two bytes that are no point of the curve.
        return False


async def _incarnation_of(
    connection: asyncpg.Connection, network_id: int, till_id: int, used_key: bytes, public_key: bytes
) -> int:
    """Return the life that began with this code; only the key that began it may ask."""
    if used_key != public_key:
        raise Refusal(
            ProblemType.ENROLMENT_USED,
            "This enrolment code has been used by another machine.",
            "Ask the office for a new one.",
        )
    incarnation: int = await connection.fetchval(
        """SELECT max(incarnation) FROM incarnations
        WHERE network_id = $1 AND till_id = $2 AND public_key = $3""",
        network_id,
        till_id,
        public_key,
    )
    return incarnation


async def begin_life(
    connection: asyncpg.Connection, network_id: int, till_id: int, *, public_key: bytes, app_version: str
) -> Enrolling:
    """Begin the next life of a till and fence all before it, in the caller's transaction."""
    till = await connection.fetchrow(
        """UPDATE tills SET incarnation = incarnation + 1, public_key = $3, status = $4, enrolled_at = $6,
            app_version = $5
        WHERE network_id = $1 AND id = $2 RETURNING restaurant_id, incarnation""",
        network_id,
        till_id,
        public_key,
        TillStatus.ACTIVE.value,
        visible(app_version),
        moment(clock_of(connection)),
    )
    await connection.execute(
        "UPDATE incarnations SET fenced = true WHERE network_id = $1 AND till_id = $2 AND NOT fenced",
        network_id,
        till_id,
    )
    await connection.execute(
        """INSERT INTO incarnations (network_id, till_id, incarnation, public_key)
        VALUES ($1, $2, $3, $4)""",
        network_id,
        till_id,
        till["incarnation"],
        public_key,
    )
    return Enrolling(network_id, till_id, till["restaurant_id"], till["incarnation"])


async def answer_enrolled(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, till_id: int, incarnation: int
) -> EnrolReply:
    """Answer who the till is in this life, and the keys it needs."""
    row = await connection.fetchrow(
        """SELECT n.name AS network, r.id AS restaurant_id, r.name AS restaurant, t.name AS till, i.public_key,
            COALESCE(r.zone, n.zone) AS zone, COALESCE(r.currency, n.currency) AS currency
        FROM tills t
        JOIN restaurants r ON r.network_id = $1 AND r.id = t.restaurant_id
        JOIN networks n ON n.id = $1
        JOIN incarnations i ON i.network_id = $1 AND i.till_id = t.id AND i.incarnation = $3
        WHERE t.network_id = $1 AND t.id = $2""",
        network_id,
        till_id,
        incarnation,
    )
    return EnrolReply(
        network=network_id,
        restaurant=row["restaurant_id"],
        till=till_id,
        incarnation=incarnation,
        network_name=row["network"],
        restaurant_name=row["restaurant"],
        till_name=row["till"],
        zone=row["zone"],
        currency=row["currency"],
        central_key=secrets.signing_key.public,
        digest_key=secrets.digest_key(network_id),
        certificate=certify(
            secrets.signing_key,
            TillCertificate(
                network=network_id,
                restaurant=row["restaurant_id"],
                till=till_id,
                incarnation=incarnation,
                public_key=row["public_key"],
                restaurant_name=row["restaurant"],
                till_name=row["till"],
            ),
        ),
        server_ms=clock_of(connection).now_ms(),
    )


def _unknown() -> Refusal:
    return Refusal(
        ProblemType.ENROLMENT_UNKNOWN,
        "This enrolment code is not known here.",
        "Check how it is written, and the address of the office.",
    )
