"""Storing events byte for byte, and moving the mark up to which central holds an incarnation."""

from collections.abc import Sequence

import asyncpg

from sync.central.schema.numbers import MAX_ID
from sync.central.services.journal.columns import joined, numbers, texts, uuids
from sync.central.services.journal.item import Item, Scene, printable
from sync.protocol.payloads import Attempt, Redemption

MAX_KIND_CHARS = 100
MAX_KIND_VERSION = 2**31 - 1


async def store_events(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Store the events of a batch with what became of each."""
    if not items:
        return
    content, starts, sizes = joined(
        [(item.link.hash, item.link.event.signature, item.link.event.body) for item in items]
    )
    seqs, events, kinds, versions, quarantined, codes, waits = zip(*map(_row, items), strict=True)
    await connection.execute(
        """INSERT INTO events (network_id, till_id, incarnation, branch, seq, event, kind, kind_version, hash,
            signature, body, applied, quarantined, code_id, waits_for)
        SELECT $1, $2, $3, $4, e.seq, e.event, e.kind, e.kind_version, substring($5::bytea FROM e.start FOR e.hash),
            substring($5::bytea FROM e.start + e.hash FOR e.signature),
            substring($5::bytea FROM e.start + e.hash + e.signature FOR e.body),
            e.quarantined IS NULL, e.quarantined, e.code, e.waits_for
        FROM unnest($6::text::int[], $7::text::int[], $8::text::int[], $9::text::int[], $10::text::bigint[],
            $11::text::uuid[], $12::text::text[], $13::text::int[], $14::text::text[], $15::text::bigint[],
            $16::text::text[])
            AS e (start, hash, signature, body, seq, event, kind, kind_version, quarantined, code, waits_for)""",
        scene.network,
        scene.till,
        scene.incarnation,
        scene.branch,
        content,
        starts,
        *sizes,
        numbers(seqs),
        uuids(events),
        texts(kinds),
        numbers(versions),
        texts(quarantined),
        numbers(codes),
        texts(waits),
    )


def _row(item: Item) -> tuple[object, ...]:
    envelope = item.link.envelope
    return (
        envelope.seq,
        item.event_id,
        # These columns are for finding events; the truth is in the bytes, however odd they are.
        printable(envelope.kind)[:MAX_KIND_CHARS],
        min(max(envelope.kind_version, 0), MAX_KIND_VERSION),
        item.quarantined,
        _code_id(item),
        item.waits_for,
    )


def fate(item: Item) -> tuple[str | None, str | None]:
    """Return what a stored event says of what became of it: why it is set aside, and what it waits for.

    The code that it names goes with its payload when it is set aside, and never otherwise.
    """
    return item.quarantined, item.waits_for


async def store_again(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Note what became of events that are stored already."""
    if not items:
        return
    await connection.execute(
        """UPDATE events SET applied = a.quarantined IS NULL, quarantined = a.quarantined, code_id = a.code,
            waits_for = a.waits_for
        FROM unnest($5::bigint[], $6::text[], $7::bigint[], $8::text[]) AS a (seq, quarantined, code, waits_for)
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND branch = $4 AND events.seq = a.seq""",
        scene.network,
        scene.till,
        scene.incarnation,
        scene.branch,
        [item.link.envelope.seq for item in items],
        [item.quarantined for item in items],
        [_code_id(item) for item in items],
        [item.waits_for for item in items],
    )


async def advance(connection: asyncpg.Connection, scene: Scene, *, seq: int, last_hash: bytes) -> None:
    """Move the mark of the main line; the incarnation's row is locked."""
    await connection.execute(
        """UPDATE incarnations SET applied_seq = $4, applied_hash = $5
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3""",
        scene.network,
        scene.till,
        scene.incarnation,
        seq,
        last_hash,
    )


def _code_id(item: Item) -> int | None:
    payload = item.payload
    if type(payload) is not Redemption and type(payload) is not Attempt:
        return None
    return payload.code_id if payload.code_id is not None and 0 < payload.code_id <= MAX_ID else None
