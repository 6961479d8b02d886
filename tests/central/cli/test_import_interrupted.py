"""An import of codes that is ended in its midst, however: nothing of the file is there, and it can be begun again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import asyncpg
import httpx
import pytest

from sync.central.cli.admin.codes import LINES_TOLD
from sync.central.database import connected
from sync.central.services.code_import import LINES_AT_ONCE
from sync.central.services.codes import NewCode, create_codes
from sync.rules.campaign import Campaign
from sync.rules.code import Kind
from tests.builders.callers import owner_headers
from tests.builders.central_world import in_office
from tests.builders.office import Office, office_on
from tests.builders.patience import LONG_S
from tests.builders.served import served_central

pytestmark = pytest.mark.anyio

HEADER = "kind,code,name,max_uses,campaign\n"
TOLD = f"{LINES_TOLD:,} lines are stored"
WRITTEN = """SELECT (SELECT count(*) FROM codes WHERE network_id = $1), (SELECT count(*) FROM campaigns WHERE network_id = $1),
    (SELECT count(*) FROM limits WHERE network_id = $1 AND kind = 'uses'),
    (SELECT count(*) FROM outbox WHERE network_id = $1 AND tab IN ('code', 'campaign')),
    (SELECT count(*) FROM audit WHERE network_id = $1 AND action = 'codes.import')"""
IMPORTING = """SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid IN (
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = x'435349'::int::oid)"""
"""The connection of whoever imports a file."""


def lines(count: int) -> str:
    return "".join(f"VOUCHER,CODE-{number},Soup,3,Winter\n" for number in range(count))


async def a_network(dsn: str) -> int:
    return await in_office(dsn, lambda world: asyncio.sleep(0, world.network_id))


async def fetch(dsn: str, statement: str, *values: object) -> list[asyncpg.Record]:
    """Ask past row-level security, where every connection is seen."""
    connection = await asyncpg.connect(dsn)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement, *values)
    finally:
        await connection.close()
    return rows


async def written(dsn: str, network: int) -> tuple[int, ...]:
    """How many codes, campaigns, limits, rows for the tills and entries in the audit log there are."""
    (row,) = await fetch(dsn, WRITTEN, network)
    return tuple(row)


async def until_gone(dsn: str) -> None:
    """PostgreSQL takes back what somebody did who is gone as soon as it notices."""
    async with asyncio.timeout(LONG_S):
        while await fetch(dsn, IMPORTING):
            pass


@contextmanager
def importing(dsn: str, folder: Path, network: int) -> Iterator["subprocess.Popen[str]"]:
    """Run the command on a file of which the test writes as much as it likes."""
    command = [sys.executable, "-m", "sync.central", "admin", "import-codes", "--dsn", dsn]
    command += ["--data", str(folder / "central"), "--network", str(network), "/dev/stdin"]
    pipe = subprocess.PIPE
    # Whoever runs the tests in the background may have had Ctrl-C ignored, and what is ignored stays so in a child.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        started = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    finally:
        signal.signal(signal.SIGINT, heard)
    with started as process:
        try:
            yield process
        finally:
            process.kill()


def in_the_midst(process: "subprocess.Popen[str]") -> None:
    """Give it so many lines that it tells how far it is, and let it wait for more."""
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(HEADER + lines(LINES_TOLD + LINES_AT_ONCE + 500))
    process.stdin.flush()
    said = process.stderr.readline()
    assert TOLD in said, said + process.stderr.read()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
async def test_an_import_that_is_killed_or_called_off_leaves_nothing_and_is_begun_again(
    central_dsn: str, tmp_path: Path, end: signal.Signals
) -> None:
    network = await a_network(central_dsn)
    with importing(central_dsn, tmp_path, network) as process:
        in_the_midst(process)
        assert await fetch(central_dsn, IMPORTING)
        process.send_signal(end)
        process.communicate()
        assert process.returncode == (-signal.SIGKILL if end == signal.SIGKILL else 130)
    await until_gone(central_dsn)
    assert await written(central_dsn, network) == (0, 0, 0, 0, 0)
    with importing(central_dsn, tmp_path, network) as process:
        process.communicate(HEADER + lines(2 * LINES_AT_ONCE))
        assert process.returncode == 0
    many = 2 * LINES_AT_ONCE
    assert await written(central_dsn, network) == (many, 1, many, many + 1, 1)


async def test_an_import_whose_database_goes_away_says_so_and_leaves_nothing(
    central_dsn: str, tmp_path: Path
) -> None:
    network = await a_network(central_dsn)
    with importing(central_dsn, tmp_path, network) as process:
        in_the_midst(process)
        await fetch(central_dsn, f"SELECT pg_terminate_backend(pid) FROM ({IMPORTING}) AS importing")
        printed, said = process.communicate(lines(LINES_AT_ONCE))
        assert (process.returncode, printed) == (1, "")
    assert "The import was interrupted" in said
    assert "Traceback" not in said
    assert await written(central_dsn, network) == (0, 0, 0, 0, 0)


async def test_an_office_that_is_killed_while_it_imports_a_file_has_nothing_of_it(
    central_dsn: str, tmp_path: Path
) -> None:
    file = (HEADER + lines(2 * LINES_AT_ONCE)).encode()
    with served_central(central_dsn, tmp_path) as served:
        async with (
            httpx.AsyncClient(
                base_url=served.url, timeout=LONG_S, transport=httpx.AsyncHTTPTransport(retries=8)
            ) as client,
            connected(central_dsn, max_connections=2) as database,
        ):
            office = await office_on(database, client, served.secrets)
            headers = await owner_headers(office) | {"Content-Type": "text/csv"}
            campaign = await office.campaign()
            before = await written(central_dsn, office.network)
            asked = asyncio.create_task(client.post("/api/codes/import", content=file, headers=headers))
            async with held_up(office, campaign, f"CODE-{2 * LINES_AT_ONCE - 1}"):
                await until_it_waits(central_dsn)
                for worker in served.children():
                    os.kill(worker, signal.SIGKILL)
                with pytest.raises(httpx.TransportError):
                    await asked
            await until_gone(central_dsn)
            assert await written(central_dsn, office.network) == before
            again = (await client.post("/api/codes/import", content=file, headers=headers)).json()
            assert (again["imported"], again["refused"]) == (2 * LINES_AT_ONCE, 0)


class _UndoneError(Exception):
    """Undoes a transaction."""


@asynccontextmanager
async def held_up(office: Office, campaign: Campaign, text: str) -> AsyncIterator[None]:
    """Make a code that the file names too, in a transaction that stays open, and then never was."""
    new = NewCode(campaign_id=campaign.id, kind=Kind.VOUCHER, code=text)
    with suppress(_UndoneError):
        async with office.database.network_transaction(office.network) as connection:
            await create_codes(connection, office.network, office.secrets.digest_key(office.network), [new])
            yield
            raise _UndoneError


async def until_it_waits(dsn: str) -> None:
    async with asyncio.timeout(LONG_S):
        while not await fetch(dsn, "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"):
            pass
