"""A central whose database is put back to an earlier state, and goes on from there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from litestar import Litestar

from sync.central.postgres.server import RunningServer
from tests.builders.office import Office, new_office, serving
from tests.builders.postgres import fresh_database

T = TypeVar("T")


class PutBack:
    """One network on one database; :meth:`backed_up` and :meth:`put_back` mark what is lost in between."""

    def __init__(self, server: RunningServer, dsn: str) -> None:
        self._server = server
        self.dsn = dsn
        self.office = self.run(new_office)

    def do(self, work: Callable[[Office], Awaitable[T]]) -> T:
        """Serve, let somebody work, and stop."""

        async def here(app: Litestar, client: httpx.AsyncClient) -> T:
            self.office.client, self.office.database = client, app.state.central.database
            return await work(self.office)

        return self.run(here)

    def run(self, work: Callable[[Litestar, httpx.AsyncClient], Awaitable[T]]) -> T:
        async def serve() -> T:
            async with serving(self.dsn, max_connections=4) as (app, client):
                return await work(app, client)

        return asyncio.run(serve())

    @contextmanager
    def backed_up(self) -> Iterator["Backup"]:
        """Copy the database as it is now."""
        name = urlsplit(self.dsn).path.lstrip("/").partition("?")[0]
        with fresh_database(self._server, template=name) as copy:
            before = self.dsn
            yield Backup(self, copy)
            self.do(lambda office: office.check_equation())
            self.dsn = before


class Backup:
    """A copy of the database."""

    def __init__(self, world: PutBack, dsn: str) -> None:
        self._world = world
        self._dsn = dsn

    def put_back(self) -> None:
        """From now on central works on the copy, as if nothing had happened since."""
        self._world.dsn = self._dsn


@contextmanager
def put_back_world(server: RunningServer) -> Iterator[PutBack]:
    with fresh_database(server) as dsn:
        yield PutBack(server, dsn)
