"""The codes of an order as a file: the columns that ``import-codes`` reads, line by line, however many there are."""

import csv
from collections.abc import AsyncIterator
from io import StringIO

import asyncpg

from sync.central.database import Database
from sync.central.schema.words import MakingStatus
from sync.central.services.making.orders import BulkView, read_order
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

COLUMNS = ("kind", "code", "name", "max_uses", "expires_at", "campaign")
LINES_AT_ONCE = 5_000
_PAGE = """
    SELECT id, kind, code, name, max_uses, expires_at FROM codes
    WHERE network_id = $1 AND id > $2 AND id <= $3 AND batch_id = $4 ORDER BY id LIMIT $5
"""


async def require_done(connection: asyncpg.Connection, network_id: int, order_id: int) -> BulkView:
    """Return an order whose codes are there; raises :class:`Refusal` ``not-found`` or ``conflict``."""
    order = await read_order(connection, network_id, order_id)
    if order.status is not MakingStatus.DONE:
        raise Refusal(
            ProblemType.CONFLICT,
            f"The order is {order.status}: it has no codes yet, or never.",
            "Ask again when it is done.",
        )
    return order


async def code_lines(database: Database, network_id: int, order_id: int) -> AsyncIterator[bytes]:
    """Yield the file in pieces, each read in a transaction of its own: nobody waits for whoever loads slowly."""
    async with database.network_transaction(network_id) as connection:
        order = await connection.fetchrow(
            """SELECT b.first_id, b.last_id, p.name AS campaign FROM code_batches b
            JOIN campaigns p ON p.network_id = $1 AND p.id = b.campaign_id WHERE b.network_id = $1 AND b.id = $2""",
            network_id,
            order_id,
        )
    yield _written([COLUMNS])
    after, last = order["first_id"] - 1, order["last_id"]
    while True:
        async with database.network_transaction(network_id) as connection:
            rows = await connection.fetch(_PAGE, network_id, after, last, order_id, LINES_AT_ONCE)
        if rows:
            yield _written([_line(row, order["campaign"]) for row in rows])
            after = rows[-1]["id"]
        if len(rows) < LINES_AT_ONCE:
            return


def _line(row: asyncpg.Record, campaign: str) -> tuple[str, ...]:
    expires = row["expires_at"]
    return (
        row["kind"],
        row["code"],
        row["name"],
        "" if row["max_uses"] is None else str(row["max_uses"]),
        "" if expires is None else expires.isoformat(),
        campaign,
    )


def _written(rows: list[tuple[str, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
