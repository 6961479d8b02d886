"""Attempts: codes and cards that a till did not accept."""

from collections.abc import Sequence

import asyncpg

from sync.central.services.journal.columns import numbers, texts, uuids
from sync.central.services.journal.item import Item, Scene
from sync.protocol.payloads import Attempt

MAX_DIGEST_BYTES = 64


async def book_attempts(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Store the attempts of a batch."""
    attempts = []
    for item in items:
        if type(item.payload) is not Attempt:
            continue
        digest = _digest(item.payload.digest)
        if digest is None:
            item.quarantine("its digest is not written in hex")
        else:
            attempts.append((item, item.payload, digest))
    if not attempts:
        return
    await connection.execute(
        """INSERT INTO attempts (network_id, till_id, event, at, reason, code_id, digest, source, staff_id)
        SELECT $1, $2, a.event, to_timestamp(a.at_ms / 1000::float8), a.reason, a.code, decode(a.digest, 'hex'),
            a.source, a.staff
        FROM unnest($3::text::uuid[], $4::text::bigint[], $5::text::text[], $6::text::bigint[],
            $7::text::text[], $8::text::text[], $9::text::bigint[])
            AS a (event, at_ms, reason, code, digest, source, staff)""",
        scene.network,
        scene.till,
        uuids(item.event_id for item, _, _ in attempts),
        numbers(item.link.envelope.trusted_ms for item, _, _ in attempts),
        texts(payload.reason for _, payload, _ in attempts),
        numbers(payload.code_id for _, payload, _ in attempts),
        texts(digest.hex() for _, _, digest in attempts),
        texts(payload.source for _, payload, _ in attempts),
        numbers(item.link.envelope.staff for item, _, _ in attempts),
    )


def _digest(text: str) -> bytes | None:
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        return None
    return digest if len(digest) <= MAX_DIGEST_BYTES else None
