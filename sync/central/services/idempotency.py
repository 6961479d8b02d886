"""Requests that change something are done once, however often they are sent: the caller's ``Idempotency-Key``.

The key is claimed in the transaction of the effect itself. A second request with the same key waits for that
transaction, and then either finds its answer or, where the first one was undone, is the first.
"""

import hashlib
from collections.abc import Awaitable, Callable
from hashlib import sha1
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pgproto.pgproto import UUID as QuickUUID  # noqa: N811 - beside the UUID that it is a kind of

from sync.central.clock import clock_of, moment
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

KEY_HEADER = "Idempotency-Key"
MAX_KEY_CHARS = 200
FINGERPRINT_BYTES = 16
_NAMESPACE = UUID("6f1d3a52-9a3c-5f0e-8a67-1c9f0c1d2b77").bytes
"""Where operations' ids are made from keys; it may never change, or repeated requests would be done again."""

T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True):
    """An answer as it was given: the HTTP status, and its body as JSON."""

    status: int
    body: bytes


def fit_key(key: str | None) -> str | None:
    """Return a caller's key; raises :class:`Refusal` ``invalid`` for one that is empty or too long."""
    if key is None:
        return None
    if not key.strip() or len(key) > MAX_KEY_CHARS or not key.isprintable():
        raise Refusal(
            ProblemType.INVALID,
            f"The header {KEY_HEADER} does not fit.",
            f"Send 1 to {MAX_KEY_CHARS} printable characters, new ones for each new operation.",
        )
    return key


def operation_id(network_id: int, caller: str, key: str) -> UUID:
    """Return the id under which an operation happens: the same for the same caller and key, for ever."""
    # ``uuid.uuid5`` gives the same, and takes as long as all the rest of a use: it imports its digest each time, looks
    # for one that is not for security each time, and makes what asyncpg's own kind of UUID makes in C.
    name = f"{network_id}\0{caller}\0{key}".encode()
    made = bytearray(sha1(_NAMESPACE + name).digest()[:16])  # noqa: S324 - it names an operation, and protects nothing
    made[6] = made[6] & 0x0F | 0x50
    made[8] = made[8] & 0x3F | 0x80
    operation: UUID = QuickUUID(bytes(made))
    return operation


def fingerprint(route: str, asked: object) -> bytes:
    """Return what tells one request from another: its route, and what it asks for."""
    return hashlib.sha256(route.encode() + b"\0" + msgspec.json.encode(asked, order="sorted")).digest()[
        :FINGERPRINT_BYTES
    ]


def key_reused() -> Refusal:
    """Refuse another request under a key that was used before."""
    return Refusal(
        ProblemType.KEY_REUSED,
        f"This {KEY_HEADER} was sent with another request before.",
        "Send a new key with each new operation, and the same one only to repeat it.",
    )


async def once(
    connection: asyncpg.Connection,
    network_id: int,
    *,
    caller: str,
    key: str | None,
    asked: bytes,
    work: Callable[[], Awaitable[T]],
    answer: type[T],
    status: int = HTTPStatus.CREATED,
) -> T:
    """Do ``work`` in the caller's transaction, or return what it answered under this key before.

    ``asked`` is the request's :func:`fingerprint`, ``answer`` the type that ``work`` returns. Without a key there is
    nothing to compare, and it is done. Raises :class:`Refusal` ``key-reused`` for another request under the key.
    What ``work`` refuses by raising is not remembered: nothing was done, and it may be asked again.
    """
    if key is None:
        return await work()
    before = await _claim(connection, network_id, caller, key, asked)
    if before is not None:
        return msgspec.json.decode(before.body, type=answer)
    done = await work()
    await connection.execute(
        """UPDATE answered_requests SET status = $4, body = $5
        WHERE network_id = $1 AND caller = $2 AND key = $3""",
        network_id,
        caller,
        key,
        status,
        msgspec.json.encode(done),
    )
    return done


async def forget_before(connection: asyncpg.Connection, network_id: int, days: int) -> None:
    """Forget answers that are older than so many days: nobody repeats a request after that."""
    await connection.execute(
        """DELETE FROM answered_requests
        WHERE network_id = $1 AND at < $2::timestamptz - make_interval(days => $3)""",
        network_id,
        moment(clock_of(connection)),
        days,
    )


async def _claim(
    connection: asyncpg.Connection, network_id: int, caller: str, key: str, asked: bytes
) -> Answer | None:
    """Claim a key; return what was answered under it before, None when it is ours now."""
    claimed = await connection.fetchval(
        """INSERT INTO answered_requests (network_id, caller, key, fingerprint, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING true""",
        network_id,
        caller,
        key,
        asked,
        moment(clock_of(connection)),
    )
    if claimed:
        return None
    row = await connection.fetchrow(
        """SELECT fingerprint, status, body FROM answered_requests
        WHERE network_id = $1 AND caller = $2 AND key = $3""",
        network_id,
        caller,
        key,
    )
    if row["fingerprint"] != asked:
        raise key_reused()
    return Answer(row["status"], row["body"])
