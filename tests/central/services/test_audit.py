"""The audit log is a chain: what was changed afterwards is found."""

import asyncio
import hashlib

import asyncpg
import pytest

from sync.central.database import Database, connected
from sync.central.services import audit
from sync.central.services.networks import create_network
from sync.protocol.wire import canonical
from tests.builders.office import PASSWORD, SECRETS

ENTRIES = 12


async def write_together(dsn: str) -> list[asyncpg.Record]:
    async with connected(dsn) as database:
        made = await create_network(
            database, SECRETS, name="Chain", owner_email="chain@example.com", password=PASSWORD
        )

        async def write(number: int) -> None:
            async with database.network_transaction(made.network_id) as connection:
                await audit.record(
                    connection,
                    made.network_id,
                    actor="test",
                    action="count",
                    subject=f"number:{number}",
                    detail={"number": number},
                )

        await asyncio.gather(*(write(number) for number in range(ENTRIES)))
        return await read(database, made.network_id)


async def read(database: Database, network: int) -> list[asyncpg.Record]:
    async with database.network_transaction(network) as connection:
        records: list[asyncpg.Record] = await connection.fetch("SELECT * FROM audit ORDER BY id")
    return records


def test_entries_of_many_writers_form_one_chain(central_dsn: str) -> None:
    entries = asyncio.run(write_together(central_dsn))
    assert len(entries) >= ENTRIES
    previous = audit.GENESIS
    for entry in entries:
        content = {name: entry[name] for name in ("at", "actor", "action", "subject", "detail")}
        content["network"] = entry["network_id"]
        assert entry["previous"] == previous
        assert (
            entry["hash"] == hashlib.sha256(b"countersign/audit/1\0" + previous + canonical(content)).digest()
        )
        previous = entry["hash"]


def test_nobody_can_follow_the_same_entry_twice(central_dsn: str) -> None:
    async def follow_again() -> None:
        async with connected(central_dsn) as database:
            network = (await database.network_ids())[0]
            async with database.network_transaction(network) as connection:
                await connection.execute(
                    """INSERT INTO audit (network_id, actor, action, subject, previous, hash)
                    SELECT network_id, actor, action, subject, previous, hash FROM audit LIMIT 1"""
                )

    with pytest.raises(asyncpg.UniqueViolationError):
        asyncio.run(follow_again())
