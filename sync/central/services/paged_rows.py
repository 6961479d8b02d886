"""One page of rows, and how many there are on all pages: what every list of the office reads."""

import asyncpg


async def paged_rows(
    connection: asyncpg.Connection,
    columns: str,
    rows: str,
    *arguments: object,
    order: str,
    limit: int,
    offset: int,
) -> tuple[list[asyncpg.Record], int]:
    """Read ``columns`` of ``rows`` (from FROM to the last condition, with ``$1`` … for ``arguments``) in an order.

    The three texts are the caller's own: whatever came from outside is an argument.
    """
    page: list[asyncpg.Record] = await connection.fetch(
        f"SELECT {columns} {rows} ORDER BY {order} LIMIT ${len(arguments) + 1} OFFSET ${len(arguments) + 2}",
        *arguments,
        limit,
        offset,
    )
    total: int = await connection.fetchval(f"SELECT count(*) {rows}", *arguments)
    return page, total
