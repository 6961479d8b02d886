"""What a request asks of the database: every statement, in order, whichever connection takes it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from asyncpg.connection import LoggedQuery

from sync.central.database import Database

_NETWORK = re.compile(r"(set_config\('countersign\.network', ')\d+")


class Heard:
    """Statements of one stretch of time, as texts without their values."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self._skip = False

    def __call__(self, query: LoggedQuery) -> None:
        # A transaction's BEGIN names the network within its text, for want of a trip that could carry values.
        text = _NETWORK.sub(r"\1N", " ".join(query.query.split()))
        if "rate_windows" in text:
            # Units of a rate limit are borrowed now and then, whatever the answer is; with their BEGIN and COMMIT.
            self.statements.pop()
            self._skip = True
        elif self._skip:
            self._skip = False
        else:
            self.statements.append(text)


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[Heard]:
    """Hear every statement of a pool that has opened all its connections."""
    heard = Heard()
    connections: list[asyncpg.Connection] = [
        holder._con for holder in database._pool._holders if holder._con is not None
    ]
    for connection in connections:
        connection.add_query_logger(heard)
    try:
        yield heard
    finally:
        for connection in connections:
            connection.remove_query_logger(heard)
