"""One-time enrolment codes: made by the office, typed or scanned at the till.

A code reads ``7-ABCD-EFGH-JKMN-PQRS``: the network's id, then 80 random bits without 0, O, 1 and I. The network
stands in the code because central must name it before it may look anything up. With 80 random bits a
plain SHA-256 is as good as a slow hash: there is nothing to guess.
"""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from sync.central.clock import clock_of, moment

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SECRET_CHARS = 16
GROUP_CHARS = 4
LIFETIME = timedelta(hours=24)
MAX_CODE_CHARS = 64
_MAX_NETWORK_DIGITS = 18


class IssuedCode(NamedTuple):
    """A fresh code, to be shown once, and until when it can be used."""

    code: str
    expires_at: datetime


class ReadCode(NamedTuple):
    """What a code says: whose it is, and the digest under which it is stored."""

    network_id: int
    digest: bytes


async def issue_code(
    connection: asyncpg.Connection, network_id: int, till_id: int, *, lifetime: timedelta = LIFETIME
) -> IssuedCode:
    """Store a fresh code for a till, in the caller's transaction. Older unused codes of the till end."""
    clock = clock_of(connection)
    # 256 is a multiple of the alphabet's 32 signs: each sign is as likely as any other.
    secret = "".join(ALPHABET[byte % len(ALPHABET)] for byte in clock.random(SECRET_CHARS))
    await connection.execute(
        "DELETE FROM enrolments WHERE network_id = $1 AND till_id = $2 AND used_at IS NULL",
        network_id,
        till_id,
    )
    expires_at = await connection.fetchval(
        """INSERT INTO enrolments (network_id, code_digest, till_id, expires_at)
        VALUES ($1, $2, $3, $4) RETURNING expires_at""",
        network_id,
        _digest(network_id, secret),
        till_id,
        moment(clock) + lifetime,
    )
    groups = [secret[start : start + GROUP_CHARS] for start in range(0, SECRET_CHARS, GROUP_CHARS)]
    return IssuedCode("-".join([str(network_id), *groups]), expires_at)


def read_code(text: str) -> ReadCode | None:
    """Read a typed or scanned code, with or without dashes and spaces; None when it cannot be one."""
    signs = "".join(sign for sign in text[:MAX_CODE_CHARS].upper() if sign not in "- _\t")
    network, secret = signs[:-SECRET_CHARS], signs[-SECRET_CHARS:]
    if not (network.isascii() and network.isdecimal()) or len(network) > _MAX_NETWORK_DIGITS:
        return None
    if len(secret) != SECRET_CHARS or any(sign not in ALPHABET for sign in secret):
        return None
    return ReadCode(int(network), _digest(int(network), secret))


def _digest(network_id: int, secret: str) -> bytes:
    return hashlib.sha256(f"countersign/enrolment-code/1\0{network_id}\0{secret}".encode()).digest()
