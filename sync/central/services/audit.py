"""The audit log: what people (and enrolments) changed, each entry chained to the one before."""

import hashlib
from typing import Any, Protocol

import asyncpg

from sync.protocol.wire import canonical

GENESIS = bytes(32)
_TAG = b"countersign/audit/1\0"
# The second number of the advisory lock is the network's id folded to 32 bits: two networks that share it
# wait for each other now and then, and nothing else.
_LOCK_CLASS = 0x43_53_41


class Acting(Protocol):
    """Who does something within a network: a person, a program of theirs, or a guest."""

    @property
    def network(self) -> int:
        """The network's number."""
        ...

    @property
    def actor(self) -> str:
        """The log's word for them, such as ``staff:7``."""
        ...


async def record_by(
    connection: asyncpg.Connection,
    who: Acting,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append, in the caller's transaction, what somebody did within their own network; see :func:`record`."""
    await record(connection, who.network, actor=who.actor, action=action, subject=subject, detail=detail)


async def record(
    connection: asyncpg.Connection,
    network_id: int,
    *,
    actor: str,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one entry in the caller's transaction; ``detail`` holds nothing personal and no secret."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", _LOCK_CLASS, network_id
    )
    at, previous = await connection.fetchrow(
        """SELECT clock_timestamp(), COALESCE(
            (SELECT hash FROM audit WHERE network_id = $1 ORDER BY id DESC LIMIT 1), $2)""",
        network_id,
        GENESIS,
    )
    content = {"at": at, "actor": actor, "action": action, "subject": subject, "detail": detail or {}}
    await connection.execute(
        """INSERT INTO audit (network_id, at, actor, action, subject, detail, previous, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        network_id,
        at,
        actor,
        action,
        subject,
        detail or {},
        previous,
        entry_hash(previous, network_id=network_id, **content),
    )


def entry_hash(previous: bytes, *, network_id: int, **content: Any) -> bytes:  # noqa: ANN401 - columns of any kind
    """Return the hash of an entry that follows ``previous``; ``content`` are its columns at, actor, action, subject, detail."""
    return hashlib.sha256(_TAG + previous + canonical({"network": network_id, **content})).digest()
