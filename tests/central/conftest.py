"""Central's tests run on a real PostgreSQL.

A test that asks for ``office`` talks to the real application; at its end the limit equation must hold.
"""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from tests.builders.bounded import begin_anew
from tests.builders.office import Office, new_office, serving
from tests.builders.patience import LONG_S
from tests.builders.postgres import central_dsn, postgres_server

__all__ = ["central_dsn", "postgres_server"]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: what is usually ready at once is waited for, and who was let in stays let in."""
    monkeypatch.setattr("sync.central.http.snapshot_desk.MOMENT_S", LONG_S)
    for limit in ("ADMITTED_S", "ASKED_AGAIN_S"):
        monkeypatch.setattr(f"sync.central.http.doorkeeper.{limit}", LONG_S)


@pytest.fixture(scope="module")
async def central(anyio_backend: str, central_dsn: str) -> AsyncIterator[tuple[Litestar, httpx.AsyncClient]]:
    async with serving(central_dsn) as running:
        yield running


@pytest.fixture
async def office(central: tuple[Litestar, httpx.AsyncClient]) -> AsyncIterator[Office]:
    # All tests of a module come from one address.
    begin_anew(central[0])
    office = await new_office(*central)
    yield office
    await office.check_equation()
