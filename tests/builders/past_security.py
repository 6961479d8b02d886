"""Statements past row-level security, for tests that arrange or look at rows."""

import asyncio

import asyncpg


def execute(dsn: str, statement: str, *values: object) -> None:
    """Run one statement as a superuser."""

    async def work() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()

    asyncio.run(work())
