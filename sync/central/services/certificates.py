"""Certificates: central's signed word who a till is, for the day when its books have lost it."""

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.schema.words import Noun, TillStatus
from sync.central.secrets import Secrets
from sync.central.services.cases import CaseKind, NewCase, open_cases
from sync.central.services.refusal import Refusal
from sync.protocol.enrolment import ReadmitReply, ReadmitRequest, SignedCertificate, TillCertificate
from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.problems import ProblemType
from sync.protocol.wire import WireError, canonical, read_canonical

MAX_CERTIFICATE_BYTES = 4_096


def certify(key: SigningKey, certificate: TillCertificate) -> SignedCertificate:
    """Sign who a till is."""
    body = canonical(certificate)
    return SignedCertificate(body, key.sign(Purpose.CERTIFICATE, body))


async def readmit(database: Database, secrets: Secrets, request: ReadmitRequest) -> ReadmitReply:
    """Take back a till that was enrolled after the backup from which central was restored.

    Without this its journal could never be handed in. A till that is known already is left as it is. Raises
    :class:`Refusal` ``unauthenticated`` for anything that central has not signed, and ``conflict`` when the
    till's number belongs to another machine by now.
    """
    certificate = _read(secrets, request)
    async with database.network_transaction(certificate.network) as connection:
        if await connection.fetchval("SELECT 1 FROM networks WHERE id = $1", certificate.network) is None:
            raise _unknown()
        key = await connection.fetchval(
            """SELECT public_key FROM incarnations
            WHERE network_id = $1 AND till_id = $2 AND incarnation = $3""",
            certificate.network,
            certificate.till,
            certificate.incarnation,
        )
        if key is not None and key != certificate.public_key:
            raise Refusal(
                ProblemType.CONFLICT,
                "Another machine was enrolled as this till since central was restored.",
                "Enrol this machine again under another name; what it recorded stays with it until then.",
            )
        if key is None:
            await _take_back(connection, certificate)
    return ReadmitReply(server_ms=database.clock.now_ms())


def _read(secrets: Secrets, request: ReadmitRequest) -> TillCertificate:
    signed = request.certificate
    central = VerifyKey(secrets.signing_key.public)
    if len(signed.body) > MAX_CERTIFICATE_BYTES or not central.verifies(
        Purpose.CERTIFICATE, signed.body, signed.signature
    ):
        raise _unknown()
    try:
        certificate = read_canonical(signed.body, TillCertificate)
    except WireError as error:
        raise _unknown() from error
    proved = VerifyKey(certificate.public_key).verifies(
        Purpose.READMISSION, request.nonce + signed.body, request.proof
    )
    if not proved:
        raise _unknown()
    return certificate


async def _take_back(connection: asyncpg.Connection, certificate: TillCertificate) -> None:
    where = (certificate.network, certificate.till)
    await _restaurant(connection, certificate)
    till = await connection.fetchrow(
        "SELECT incarnation FROM tills WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE", *where
    )
    if till is None:
        await _make_till(connection, certificate)
    newest = 0 if till is None else till["incarnation"]
    leads = certificate.incarnation > newest
    if leads:
        await connection.execute(
            "UPDATE incarnations SET fenced = true WHERE network_id = $1 AND till_id = $2 AND NOT fenced",
            *where,
        )
        await connection.execute(
            """UPDATE tills SET incarnation = $3, public_key = $4, enrolled_at = $6,
                status = CASE WHEN status = $7 THEN $5 ELSE status END
            WHERE network_id = $1 AND id = $2""",
            *where,
            certificate.incarnation,
            certificate.public_key,
            TillStatus.ACTIVE.value,
            moment(clock_of(connection)),
            TillStatus.NEW.value,
        )
    await connection.execute(
        """INSERT INTO incarnations (network_id, till_id, incarnation, public_key, fenced)
        VALUES ($1, $2, $3, $4, $5)""",
        *where,
        certificate.incarnation,
        certificate.public_key,
        not leads,
    )
    # Its leases were granted after the backup: it lists them before anything else.
    await connection.execute(
        "INSERT INTO relistings (network_id, till_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", *where
    )
    detail = {"incarnation": certificate.incarnation, "till_was_known": till is not None}
    await open_cases(
        connection,
        certificate.network,
        certificate.till,
        [NewCase(kind=CaseKind.READMITTED, detail=detail)],
    )


async def _restaurant(connection: asyncpg.Connection, certificate: TillCertificate) -> None:
    made = await connection.fetchval(
        """INSERT INTO restaurants (network_id, id, name) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING RETURNING id""",
        certificate.network,
        certificate.restaurant,
        certificate.restaurant_name,
    )
    if made is not None:
        await _enter(connection, certificate, Noun.RESTAURANT, certificate.restaurant)


async def _make_till(connection: asyncpg.Connection, certificate: TillCertificate) -> None:
    taken = await connection.fetchval(
        "SELECT 1 FROM tills WHERE network_id = $1 AND restaurant_id = $2 AND name = $3",
        certificate.network,
        certificate.restaurant,
        certificate.till_name,
    )
    name = f"{certificate.till_name} ({certificate.till})" if taken else certificate.till_name
    await connection.execute(
        "INSERT INTO tills (network_id, id, restaurant_id, name) VALUES ($1, $2, $3, $4)",
        certificate.network,
        certificate.till,
        certificate.restaurant,
        name,
    )
    await _enter(connection, certificate, Noun.TILL, certificate.till)


async def _enter(
    connection: asyncpg.Connection, certificate: TillCertificate, noun: Noun, subject: int
) -> None:
    await connection.execute(
        "INSERT INTO directory (noun, id, network_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        noun.value,
        subject,
        certificate.network,
    )


def _unknown() -> Refusal:
    return Refusal(ProblemType.UNAUTHENTICATED, "This is no till of ours.", "Enrol it.")
