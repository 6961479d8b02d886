"""One row that somebody asked for by its number, which may be any number at all."""

import asyncpg

from sync.central.schema.numbers import MAX_ID
from sync.central.services.refusal import Refusal


async def one_row(
    connection: asyncpg.Connection,
    statement: str,
    network_id: int,
    number: int,
    *arguments: object,
    missing: Refusal,
) -> asyncpg.Record:
    """Read row ``$2`` of network ``$1`` (``$3`` … are ``arguments``); raises ``missing`` where there is none.

    A number that no row can have is not asked for: PostgreSQL would refuse it as too large.
    """
    row = None
    if 0 < number <= MAX_ID:
        row = await connection.fetchrow(statement, network_id, number, *arguments)
    if row is None:
        raise missing
    return row
