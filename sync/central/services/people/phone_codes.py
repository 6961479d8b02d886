"""Six digits sent to a phone: made, sent and counted; what the guest said waits sealed beside them.

Nobody learns here whether a phone is known. A code is good for minutes and for few guesses, and one phone gets few
codes an hour, so that 30 guesses in a million are the most that anybody has in an hour.
"""

import hmac
from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.schema.words import Noun
from sync.central.secrets import Secrets
from sync.central.services.field_keys import current_fields, known_fields
from sync.central.services.refusal import Refusal
from sync.central.sms.port import NotSentError, Sms
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.guest_data import Child
from sync.protocol.ids import uuid7
from sync.protocol.problems import ProblemType

CODE_DIGITS = 6
CODE_LIFE_S = 10 * 60
MAX_GUESSES = 5
MAX_AN_HOUR = 6
"""Codes that one phone gets in an hour."""
MIN_GAP_S = 60
MAX_OF_NETWORK = 2_000
"""Messages of one network in an hour: what a flood of invented phones may cost it."""
KEPT = timedelta(days=1)
PENDING_FIELD = "phone_verifications.sealed"

_HOUR = timedelta(hours=1)
_NO_DIGEST = bytes(32)
_LOCK_CLASS = 0x43_53_50
_TAG = b"countersign/phone-code/1\0"
_TEXTS = {
    "en": "{code} is your code for {network}. It is good for 10 minutes. Tell it to nobody.",
    "ru": "{code} — ваш код для {network}. Он действует 10 минут. Никому его не сообщайте.",
}


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """What a guest said of themselves; a ``name`` of None asks to sign in, and makes nobody."""

    phone: str
    name: str | None = None
    email: str | None = None
    referral_code: str | None = None
    children: tuple[Child, ...] = ()
    consent: tuple[str, ...] = ()


class CodeSent(msgspec.Struct, frozen=True, kw_only=True):
    """A code is on its way; ``verification_id`` goes with it to `verify`, another may be asked for later."""

    verification_id: UUID
    expires_in: int = CODE_LIFE_S
    retry_after: int = MIN_GAP_S


async def send_code(
    database: Database, secrets: Secrets, sms: Sms | None, network_id: int, pending: Pending, language: str
) -> CodeSent:
    """Send a code to the phone of somebody who wants to register or sign in.

    Raises :class:`Refusal` ``not-found`` for a network that is not there, ``too-many-requests``, and ``busy`` where
    no message can be sent.
    """
    if sms is None:
        raise Refusal(
            ProblemType.BUSY,
            "This office sends no text messages.",
            "Its operator sets COUNTERSIGN_SMS; at a counter anybody can be registered.",
        )
    if await database.network_of(Noun.NETWORK, network_id) is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no network {network_id}.", "Check the number.")
    async with database.network_transaction(network_id) as connection:
        clock = clock_of(connection)
        verification = uuid7(clock.now_ms(), clock.random(10))
        code = f"{int.from_bytes(clock.random(8)) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
        await _file(connection, secrets, network_id, verification, code, pending)
        name = await connection.fetchval("SELECT name FROM networks WHERE id = $1", network_id)
    try:
        await sms.send(pending.phone, _TEXTS.get(language, _TEXTS["en"]).format(code=code, network=name))
    except NotSentError as error:
        async with database.network_transaction(network_id) as connection:
            await connection.execute(
                "DELETE FROM phone_verifications WHERE network_id = $1 AND id = $2", network_id, verification
            )
        raise Refusal(
            ProblemType.BUSY,
            "The text message could not be sent.",
            "Try again in a minute.",
            retry_after_s=60,
        ) from error
    return CodeSent(verification_id=verification)


async def take_code(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, verification: UUID, code: str
) -> Pending | None:
    """Return what a guest said if this is the code that they were sent; None, and a guess gone, if it is not.

    The caller commits in both cases. A right code is good once.
    """
    now = moment(clock_of(connection))
    row = await connection.fetchrow(
        """SELECT sealed, code_digest FROM phone_verifications WHERE network_id = $1 AND id = $2
            AND verified_at IS NULL AND expires_at > $3 AND attempts < $4 FOR UPDATE""",
        network_id,
        verification,
        now,
        MAX_GUESSES,
    )
    digest = _digest(secrets, verification, code)
    right = hmac.compare_digest(_NO_DIGEST if row is None else row["code_digest"], digest)
    await connection.execute(
        """UPDATE phone_verifications SET attempts = attempts + 1, verified_at = CASE WHEN $3 THEN $4::timestamptz END
        WHERE network_id = $1 AND id = $2 AND $5""",
        network_id,
        verification,
        right,
        now,
        row is not None,
    )
    # A guess at what was never sent, or is over, takes as long as one that is counted: COMMIT waits for the disk.
    await connection.execute("SELECT pg_logical_emit_message(true, 'countersign', '')")
    if row is None or not right:
        return None
    fields = await known_fields(connection, secrets, network_id)
    return msgspec.json.decode(fields.open(PENDING_FIELD, row["sealed"]), type=Pending)


async def forget_codes(connection: asyncpg.Connection, network_id: int) -> None:
    """Delete what was sent long ago (housekeeping): it holds what guests said who never came."""
    await connection.execute(
        "DELETE FROM phone_verifications WHERE network_id = $1 AND sent_at < $2",
        network_id,
        moment(clock_of(connection)) - KEPT,
    )


async def _file(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    verification: UUID,
    code: str,
    pending: Pending,
) -> None:
    now = moment(clock_of(connection))
    digest = keyed_digest(secrets.digest_key(network_id), Subject.PHONE, pending.phone)
    # Two requests for one phone at once must count each other.
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1, $2)", _LOCK_CLASS, int.from_bytes(digest[:4]) >> 1
    )
    await _check_pace(connection, network_id, digest)
    await connection.execute(
        """INSERT INTO phone_verifications (network_id, id, phone_digest, sealed, code_digest, sent_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        network_id,
        verification,
        digest,
        (await current_fields(connection, secrets, network_id)).seal(
            PENDING_FIELD, msgspec.json.encode(pending).decode()
        ),
        _digest(secrets, verification, code),
        now,
        now + timedelta(seconds=CODE_LIFE_S),
    )


async def _check_pace(connection: asyncpg.Connection, network_id: int, digest: bytes) -> None:
    now = moment(clock_of(connection))
    row = await connection.fetchrow(
        """SELECT count(*) FILTER (WHERE phone_digest = $2) AS sent, min(sent_at) FILTER (WHERE phone_digest = $2) AS first,
            max(sent_at) FILTER (WHERE phone_digest = $2) AS last, count(*) AS in_all
        FROM phone_verifications WHERE network_id = $1 AND sent_at > $3""",
        network_id,
        digest,
        now - _HOUR,
    )
    free_at = now
    if row["sent"]:
        free_at = row["last"] + timedelta(seconds=MIN_GAP_S)
    if row["sent"] >= MAX_AN_HOUR:
        free_at = row["first"] + _HOUR
    if free_at > now or row["in_all"] >= MAX_OF_NETWORK:
        wait_s = max(MIN_GAP_S if free_at <= now else 1, round((free_at - now).total_seconds()))
        raise Refusal(
            ProblemType.TOO_MANY,
            "Codes were sent already.",
            "Use the one that came last, or wait before you ask for another.",
            retry_after_s=wait_s,
        )


def _digest(secrets: Secrets, verification: UUID, code: str) -> bytes:
    return hmac.digest(
        secrets.login_key, _TAG + verification.bytes + code.encode("utf-8", "replace"), "sha256"
    )
