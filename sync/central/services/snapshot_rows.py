"""Reading everything that a till of a network needs to know, row by row."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator

import asyncpg

from sync.central.clock import Clock, clock_of
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import (
    CAMPAIGN_COLUMNS,
    CARD_COLUMNS,
    CODE_COLUMNS,
    GUEST_COLUMNS,
    STAFF_COLUMNS,
    campaign_row,
    card_row,
    code_row,
    guest_row,
    settings_row,
    staff_row,
)
from sync.central.services.snapshot_chunks import Spool
from sync.protocol.digest import DIGEST_BYTES
from sync.protocol.feed import Change, Table
from sync.protocol.wire import pack

ROWS_AT_ONCE = 5_000

_Filed = tuple[bytes, bytes]
_Filing = Callable[[asyncpg.Record], _Filed]


async def file_rows(connection: asyncpg.Connection, secrets: Secrets, network_id: int, spool: Spool) -> None:
    """File every row into the spool; all come from the caller's one repeatable read."""
    version = await connection.fetchval("SELECT version FROM networks WHERE id = $1", network_id)
    settings = await settings_row(connection, network_id)
    change = Change(Table.SETTINGS, network_id, version, pack(settings))
    spool.add([(_by_id(network_id), pack(change))])
    for table, columns, filing in _filings(clock_of(connection), secrets, network_id):
        cursor = await connection.cursor(
            f"SELECT {columns} FROM {table} WHERE network_id = $1",  # noqa: S608 - both are ours
            network_id,
        )
        while records := await cursor.fetch(ROWS_AT_ONCE):
            # Digests and packing of five thousand rows take tens of milliseconds: not on the event loop.
            await asyncio.to_thread(_file, spool, filing, records)


def _file(spool: Spool, filing: _Filing, records: list[asyncpg.Record]) -> None:
    spool.add(map(filing, records))


def _filings(clock: Clock, secrets: Secrets, network_id: int) -> Iterator[tuple[str, str, _Filing]]:
    """Yield each table with its columns and how one of its rows is packed and filed."""
    digest_key, seal, at_ms = secrets.digest_key(network_id), secrets.fields(network_id), clock.now_ms()

    def code(record: asyncpg.Record) -> _Filed:
        row = code_row(record, digest_key)
        return row.digests[0], _packed(Table.CODE, record, pack(row))

    def card(record: asyncpg.Record) -> _Filed:
        row = card_row(record)
        return row.digest[:DIGEST_BYTES].ljust(DIGEST_BYTES, b"\0"), _packed(Table.CARD, record, pack(row))

    def guest(record: asyncpg.Record) -> _Filed:
        row = guest_row(record, seal, as_of_ms=at_ms)
        return _by_id(record["id"]), _packed(Table.GUEST, record, pack(row))

    def campaign(record: asyncpg.Record) -> _Filed:
        return _by_id(record["id"]), _packed(Table.CAMPAIGN, record, pack(campaign_row(record)))

    def staff(record: asyncpg.Record) -> _Filed:
        return _by_id(record["id"]), _packed(Table.STAFF, record, pack(staff_row(record)))

    yield "campaigns", CAMPAIGN_COLUMNS, campaign
    yield "staff", STAFF_COLUMNS, staff
    yield "guests", GUEST_COLUMNS, guest
    yield "cards", CARD_COLUMNS, card
    yield "codes", CODE_COLUMNS, code


def _packed(table: Table, record: asyncpg.Record, row: bytes) -> bytes:
    return pack(Change(table, record["id"], record["version"], row))


def _by_id(row_id: int) -> bytes:
    """File rows without a digest evenly over the buckets, the same way each time."""
    return hashlib.sha256(row_id.to_bytes(8, "big")).digest()[:DIGEST_BYTES]
