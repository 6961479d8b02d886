"""Phones of erased guests, so that what a till recorded before an erasure and hands in after it is known again.

The digest is made under a key that no till has and that serves nothing else: it tells that a number was erased to
whoever has the number already, and says no number to anybody.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets

KNOWN_AGAIN = timedelta(days=400)
"""How long a till may be away and its registrations are still known to be of somebody who was erased."""
DIGEST_BYTES = 16
_LOCK_CLASS = 0x43_53_45
_TAG = b"countersign/erased-phone/1\0"
_NUMBER_TAG = b"countersign/erased-guest/1\0"


async def lock_phone(connection: asyncpg.Connection, phone_digest: bytes) -> None:
    """Let a registration and an erasure under one phone wait for each other, till the transaction ends.

    Taken before any row is locked: whoever comes second sees all that the first has done.
    """
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1, $2)", _LOCK_CLASS, int.from_bytes(phone_digest[:4]) >> 1
    )


async def remember_erased(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    guest_id: int,
    phone_digests: Sequence[bytes],
    at: datetime,
) -> None:
    """Remember the phones of a guest who is being erased; ``phone_digests`` are those that tills use."""
    await connection.execute(
        """INSERT INTO erased_phones (network_id, digest, guest_id, erased_at)
        SELECT $1, p.digest, $3, $4 FROM unnest($2::bytea[]) AS p (digest)
        ON CONFLICT (network_id, digest) DO UPDATE
            SET guest_id = excluded.guest_id, erased_at = excluded.erased_at""",
        network_id,
        [erased_digest(secrets, network_id, phone) for phone in phone_digests],
        guest_id,
        at,
    )


async def erased_since(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, phone_digest: bytes, said_ms: int
) -> int | None:
    """Return who had this phone and was erased after something was said, in milliseconds since the epoch; None for nobody.

    Whoever registers after they were erased is a new guest.
    """
    guest: int | None = await connection.fetchval(
        """SELECT guest_id FROM erased_phones
        WHERE network_id = $1 AND digest = $2 AND erased_at >= to_timestamp($3 / 1000.0)""",
        network_id,
        erased_digest(secrets, network_id, phone_digest),
        said_ms,
    )
    return guest


async def number_erased_since(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, number: int, said_ms: int
) -> int | None:
    """Return as :func:`erased_since` does whose number this was, in a database that was put back and does not know it."""
    guest: int | None = await connection.fetchval(
        """SELECT guest_id FROM erased_phones
        WHERE network_id = $1 AND digest = $2 AND erased_at >= to_timestamp($3 / 1000.0)""",
        network_id,
        number_digest(secrets, network_id, number),
        said_ms,
    )
    return guest


async def erased_among(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, numbers: Sequence[int]
) -> tuple[int, ...]:
    """Return which of these guests are erased, those too whom a database that was put back does not know."""
    if not numbers:
        return ()
    digests = {number_digest(secrets, network_id, number): number for number in numbers}
    rows = await connection.fetch(
        """SELECT id, NULL::bytea AS digest FROM guests
        WHERE network_id = $1 AND id = ANY ($2::bigint[]) AND erased_at IS NOT NULL
        UNION ALL
        SELECT NULL, digest FROM erased_phones WHERE network_id = $1 AND digest = ANY ($3::bytea[])""",
        network_id,
        list(numbers),
        list(digests),
    )
    return tuple(sorted({digests[row["digest"]] if row["digest"] else row["id"] for row in rows}))


def number_digest(secrets: Secrets, network_id: int, number: int) -> bytes:
    """Return by what an erased guest's number is known again outside the database, where it may stand nowhere."""
    key = secrets.erasure_key(network_id)
    return hmac.digest(key, _NUMBER_TAG + number.to_bytes(8, signed=True), hashlib.sha256)[:DIGEST_BYTES]


async def forget_erased_phones(connection: asyncpg.Connection, network_id: int) -> None:
    """Forget phones that no till can still bring (housekeeping)."""
    await connection.execute(
        "DELETE FROM erased_phones WHERE network_id = $1 AND erased_at < $2",
        network_id,
        moment(clock_of(connection)) - KNOWN_AGAIN,
    )


def erased_digest(secrets: Secrets, network_id: int, phone_digest: bytes) -> bytes:
    """Return by what the phone of an erased guest is known again; ``phone_digest`` is what tills find it by."""
    key = secrets.erasure_key(network_id)
    return hmac.digest(key, _TAG + phone_digest, hashlib.sha256)[:DIGEST_BYTES]
