"""The codes of a snapshot, column by column (:mod:`sync.protocol.code_columns`)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg

from sync.central.services.feed_rows import code_digests, to_ms
from sync.central.services.snapshot_chunks import CHUNK_ROWS, PackedChunk, Spool, open_spool, packed_chunk
from sync.protocol.code_columns import (
    CodeOwn,
    CodeShape,
    ColumnLine,
    Own,
    codes_part,
    filed,
    pack_own,
    pack_shape,
)
from sync.protocol.feed import ChunkKind
from sync.protocol.wire import pack

_COLUMNS = """id, version, folded,
    campaign_id, kind, status, max_uses, expires_at, group_id, home_restaurant_id,
    name, uses, holder_guest_id, beneficiary_id, first_used_at, first_used_where, auto_deactivated_at"""
_SHAPE = slice(3, 10)
_OWN = slice(10, 17)
_NOTHING = ("", 0, None, None, None, None, None)

Told = Callable[[int], Awaitable[None]]
"""Called with how many codes have been packed so far."""


async def code_chunks(
    connection: asyncpg.Connection, network_id: int, digest_key: bytes, told: Told
) -> AsyncIterator[PackedChunk]:
    """Yield every code of the caller's one repeatable read, then all their digests in order."""
    gathering = _Gathering(digest_key)
    cursor = await connection.cursor(
        f"SELECT {_COLUMNS} FROM codes WHERE network_id = $1 ORDER BY id",  # noqa: S608 - columns are ours
        network_id,
    )
    done = 0
    with open_spool() as spool:
        while records := await cursor.fetch(CHUNK_ROWS):
            # Digesting and packing them takes a tenth of a second: not on the event loop.
            yield await asyncio.to_thread(gathering.pack, records, spool)
            done += len(records)
            await told(done)
        chunks = spool.chunks()
        while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
            yield chunk


class _Gathering:
    """Remembers the shapes that were seen, so that each is packed once."""

    def __init__(self, digest_key: bytes) -> None:
        self._digest_key = digest_key
        self._shapes: list[bytes] = []
        self._places: dict[tuple[Any, ...], int] = {}

    def pack(self, records: list[asyncpg.Record], spool: Spool) -> PackedChunk:
        if len(self._shapes) > CHUNK_ROWS:
            # Codes that share nothing (each with an hour of its own, say) must not fill the memory.
            self._shapes.clear()
            self._places.clear()
        key = self._digest_key
        lines = [
            ColumnLine(each[0], each[1], self._place(each[_SHAPE]), _own(each[_OWN])) for each in records
        ]
        spool.add(filed(code_digests(key, each[2])[0], each[0]) for each in records)
        part = codes_part(lines, self._shapes)
        return packed_chunk(pack(part), len(lines), ChunkKind.CODES)

    def _place(self, columns: tuple[Any, ...]) -> int:
        place = self._places.get(columns)
        if place is None:
            campaign, kind, status, max_uses, expires_at, group, home = columns
            place = self._places[columns] = len(self._shapes)
            self._shapes.append(
                pack_shape(CodeShape(campaign, kind, status, max_uses, to_ms(expires_at), group, home))
            )
        return place


def _own(columns: tuple[Any, ...]) -> Own:
    if columns == _NOTHING:
        return None
    name, uses, holder, beneficiary, first_at, first_where, deactivated_at = columns
    return pack_own(
        CodeOwn(name, uses, holder, beneficiary, to_ms(first_at), first_where, to_ms(deactivated_at))
    )
