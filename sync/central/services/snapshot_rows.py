"""What a till of a network needs to know besides its codes, row by row, as changes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import asyncpg

from sync.central.clock import Clock, clock_of
from sync.central.seals import FieldSeal
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import (
    CAMPAIGN_COLUMNS,
    CARD_COLUMNS,
    GUEST_COLUMNS,
    STAFF_COLUMNS,
    campaign_row,
    card_row,
    guest_row,
    settings_row,
    staff_row,
)
from sync.central.services.field_keys import known_fields
from sync.central.services.snapshot_chunks import Cutter, PackedChunk
from sync.protocol.feed import Change, Table
from sync.protocol.wire import pack

ROWS_AT_ONCE = 5_000
_ALL = "TRUE"
LIVING = {"campaigns": _ALL, "staff": _ALL, "guests": "erased_at IS NULL", "cards": _ALL, "codes": _ALL}
"""Of which rows of a table tills know, as conditions on its columns; of the others they have tombstones."""

_Packing = Callable[[asyncpg.Record], bytes]


async def change_chunks(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int
) -> AsyncIterator[PackedChunk]:
    """Yield every row of the caller's one repeatable read, each table in order of its ids."""
    cutter = Cutter()
    version = await connection.fetchval("SELECT version FROM networks WHERE id = $1", network_id)
    settings = await settings_row(connection, network_id)
    for chunk in cutter.add([pack(Change(Table.SETTINGS, network_id, version, pack(settings)))]):
        yield chunk
    fields = await known_fields(connection, secrets, network_id)
    for table, columns, packing in _packings(clock_of(connection), fields):
        cursor = await connection.cursor(
            f"SELECT {columns} FROM {table} WHERE network_id = $1 AND {LIVING[table]} ORDER BY id",  # noqa: S608 - ours
            network_id,
        )
        while records := await cursor.fetch(ROWS_AT_ONCE):
            # Opening the names of five thousand guests takes tens of milliseconds: not on the event loop.
            for chunk in await asyncio.to_thread(_add, cutter, packing, records):
                yield chunk
    for chunk in cutter.rest():
        yield chunk


def _add(cutter: Cutter, packing: _Packing, records: list[asyncpg.Record]) -> list[PackedChunk]:
    return cutter.add(map(packing, records))


def _packings(clock: Clock, fields: FieldSeal) -> Iterator[tuple[str, str, _Packing]]:
    """Yield each table with its columns and how one of its rows is packed."""
    at_ms = clock.now_ms()

    def card(record: asyncpg.Record) -> bytes:
        return _packed(Table.CARD, record, card_row(record))

    def guest(record: asyncpg.Record) -> bytes:
        return _packed(Table.GUEST, record, guest_row(record, fields, as_of_ms=at_ms))

    def campaign(record: asyncpg.Record) -> bytes:
        return _packed(Table.CAMPAIGN, record, campaign_row(record))

    def staff(record: asyncpg.Record) -> bytes:
        return _packed(Table.STAFF, record, staff_row(record))

    yield "campaigns", CAMPAIGN_COLUMNS, campaign
    yield "staff", STAFF_COLUMNS, staff
    yield "guests", GUEST_COLUMNS, guest
    yield "cards", CARD_COLUMNS, card


def _packed(table: Table, record: asyncpg.Record, row: object) -> bytes:
    return pack(Change(table, record["id"], record["version"], pack(row)))
