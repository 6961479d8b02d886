"""The network's field key is changed while everybody works: old and new are read, and nothing is left under the old."""

import asyncio
import re
from pathlib import Path
from uuid import uuid4

import pytest

from sync.central.cli.main import main
from sync.central.database import connected
from sync.central.jobs.housekeeping import ANSWERS_KEPT_DAYS, tend
from sync.central.schema.tables import complete_metadata
from sync.central.schema.words import Role
from sync.central.seals import OLDEST_KEY, KeyName, key_name_of
from sync.central.services.field_keys import current_fields
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.loyalty.guest_desk import list_guests, read_guest
from sync.central.services.people.phone_codes import PENDING_FIELD
from sync.central.services.people.staff_desk import read_staff
from sync.central.services.personal import places
from sync.central.services.personal.rotating import begin_rotation, go_on, move_page, read_rotation
from sync.central.services.staff import NewStaff, create_staff
from tests.builders.central_world import SECRETS, OfficeWorld, in_office
from tests.builders.sealed_fields import as_before_random_keys, derived_fields

SEALED = """SELECT data_key AS sealed FROM guests UNION ALL SELECT email_cipher FROM staff
    WHERE email_cipher IS NOT NULL UNION ALL SELECT email_cipher FROM code_recipients
    UNION ALL SELECT sealed FROM phone_verifications"""


async def an_old_guest(world: OfficeWorld, name: str) -> int:
    """A guest as they were stored before guests had keys of their own."""
    old = derived_fields(world.network_id)
    rows = await world.fetch(
        """INSERT INTO guests (network_id, name_cipher, email_cipher) VALUES ($1, $2, $3) RETURNING id""",
        world.network_id,
        old.seal("guests.name", name),
        old.seal("guests.email", f"{name}@example.com"),
    )
    return int(rows[0]["id"])


async def a_guest(world: OfficeWorld, name: str) -> int:
    async with world.database.network_transaction(world.network_id) as connection:
        new = NewGuest(name=name, email=f"{name}@example.com")
        return (await create_guest(connection, world.network_id, SECRETS, new)).guest_id


async def everything_else(world: OfficeWorld) -> int:
    """Staff with an address, an address that got a code, and somebody who waits for a code; return who works here."""
    (code,) = await world.codes(await world.campaign(), "WELCOME")
    async with world.database.network_transaction(world.network_id) as connection:
        fields = await current_fields(connection, SECRETS, world.network_id)
        new = NewStaff(
            name="Casey", role=Role.OFFICE, email=f"{uuid4().hex}@example.com", password="good one"
        )
        made = await create_staff(connection, world.network_id, SECRETS, new)
        batch = await connection.fetchval(
            "INSERT INTO mail_batches (network_id, batch_size, delay_s) VALUES ($1, 1, 1) RETURNING id",
            world.network_id,
        )
        await connection.execute(
            """INSERT INTO code_recipients (network_id, code_id, batch_id, email_cipher, email_digest)
            VALUES ($1, $2, $3, $4, 'digest')""",
            world.network_id,
            code,
            batch,
            fields.seal("code_recipients.email", "ada@example.com"),
        )
        await connection.execute(
            """INSERT INTO phone_verifications (network_id, id, phone_digest, sealed, code_digest, sent_at,
                expires_at) VALUES ($1, $2, 'digest', $3, 'digest', now(), now() + interval '1 hour')""",
            world.network_id,
            uuid4(),
            fields.seal(PENDING_FIELD, '{"phone":"+4930901820","name":"Bo"}'),
        )
    return made.staff_id


async def keys(world: OfficeWorld) -> set[KeyName]:
    return {key_name_of(row["sealed"] or b"") for row in await world.fetch(SEALED)}


def stored(number: int) -> KeyName:
    return KeyName(number, stored=True)


async def names(world: OfficeWorld) -> set[str]:
    async with world.database.network_transaction(world.network_id) as connection:
        found, _ = await list_guests(connection, SECRETS, world.network_id, limit=100, offset=0)
    return {guest.name for guest in found} | {str(guest.email) for guest in found}


def test_everything_is_moved_and_stays_readable_at_every_step(
    central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PAGE", 2)

    async def work(world: OfficeWorld) -> None:
        await as_before_random_keys(world, central_dsn)
        staff = await everything_else(world)
        people = [await an_old_guest(world, name) for name in ("Ada", "Bo", "Cy")]
        people.append(await a_guest(world, "Di"))
        assert await keys(world) == {OLDEST_KEY}
        said = await names(world)
        async with world.database.network_transaction(world.network_id) as connection:
            begun = await begin_rotation(connection, SECRETS, world.network_id, actor="test")
        assert (begun.number, begun.moved, begun.finished_at) == (1, 0, None)
        people.append(await a_guest(world, "Eve"))
        said |= {"Eve", "Eve@example.com"}
        for _ in range(20):
            async with world.database.network_transaction(world.network_id) as connection:
                told = await move_page(connection, SECRETS, world.network_id)
            assert told is not None
            assert await names(world) == said
            if told.finished_at is not None:
                break
        assert told is not None
        assert told.finished_at is not None
        assert await keys(world) == {stored(1)}
        assert told.moved == 4 + 2 + 1 + 1
        async with world.database.network_transaction(world.network_id) as connection:
            view = await read_staff(connection, SECRETS, world.network_id, staff)
            assert str(view.email).endswith("@example.com")
            assert (await read_guest(connection, SECRETS, world.network_id, people[0])).name == "Ada"
            assert await move_page(connection, SECRETS, world.network_id) is None
        log = await world.fetch("SELECT action, detail FROM audit WHERE action LIKE 'field_key%' ORDER BY id")
        assert [(row["action"], row["detail"]) for row in log] == [
            ("field_key.rotate", {"key": 1}),
            ("field_key.rotated", {"key": 1, "moved": 8}),
        ]

    asyncio.run(in_office(central_dsn, work))


def test_a_rotation_that_was_interrupted_is_gone_on_with_and_not_begun_again(
    central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PAGE", 1)

    async def work(world: OfficeWorld) -> None:
        for name in ("Ada", "Bo", "Cy"):
            await a_guest(world, name)
        async with world.database.network_transaction(world.network_id) as connection:
            await begin_rotation(connection, SECRETS, world.network_id, actor="test")
            await move_page(connection, SECRETS, world.network_id)
        async with world.database.network_transaction(world.network_id) as connection:
            again = await begin_rotation(connection, SECRETS, world.network_id, actor="somebody else")
            assert (again.number, again.moved, again.started_by) == (2, 1, "test")
        await tend(world.database, SECRETS, world.network_id)
        async with world.database.network_transaction(world.network_id) as connection:
            told = await read_rotation(connection, world.network_id)
        assert told is not None
        assert told.finished_at is not None
        assert await keys(world) == {stored(2)}

    asyncio.run(in_office(central_dsn, work))


def test_whom_somebody_changes_at_this_moment_is_moved_in_another_round(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        ada, bo = await a_guest(world, "Ada"), await a_guest(world, "Bo")
        async with world.database.network_transaction(world.network_id) as busy:
            await busy.execute("UPDATE guests SET tier = 'GOLD' WHERE id = $1", ada)
            async with world.database.network_transaction(world.network_id) as connection:
                await begin_rotation(connection, SECRETS, world.network_id, actor="test")
            await go_on(world.database, SECRETS, world.network_id)
            rows = await world.fetch("SELECT id, data_key FROM guests ORDER BY id")
            assert {row["id"]: key_name_of(row["data_key"]) for row in rows} == {
                ada: stored(1),
                bo: stored(2),
            }
        await go_on(world.database, SECRETS, world.network_id)
        assert await keys(world) == {stored(2)}

    asyncio.run(in_office(central_dsn, work))


def test_every_sealed_column_is_one_that_a_rotation_moves() -> None:
    sealed = {
        (table.name, column.name)
        for table in complete_metadata().sorted_tables
        for column in table.columns
        if column.name.endswith("_cipher") or column.name in ("sealed", "data_key")
    }
    under_guests_own_keys = {("guests", f"{name}_cipher") for name in ("name", "phone", "email", "children")}
    under_the_tills_key = {("guest_keys", "sealed")}
    moved = {
        ("guests", "data_key"),
        ("staff", "email_cipher"),
        ("code_recipients", "email_cipher"),
        ("phone_verifications", "sealed"),
    }
    assert sealed == moved | under_guests_own_keys | under_the_tills_key
    assert {table for table, _ in moved} == set(places.PLACES)
    assert set(re.findall(r"FROM (\w+)", places.SEALED_ROWS)) == set(places.PLACES)


def test_answers_that_nobody_asks_for_again_are_forgotten(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        for key, days in (("old", ANSWERS_KEPT_DAYS + 1), ("new", ANSWERS_KEPT_DAYS - 1)):
            await world.fetch(
                """INSERT INTO answered_requests (network_id, caller, key, fingerprint, at)
                VALUES ($1, 'staff:1', $2, '', now() - make_interval(days => $3))""",
                world.network_id,
                key,
                days,
            )
        await tend(world.database, SECRETS, world.network_id)
        rows = await world.fetch("SELECT key FROM answered_requests")
        assert [row["key"] for row in rows] == ["new"]

    asyncio.run(in_office(central_dsn, work))


def test_the_command_tells_how_far_it_is_and_ends_when_all_is_moved(
    central_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERSIGN_SECRET", bytes(range(32)).hex())

    async def prepare(world: OfficeWorld) -> int:
        await a_guest(world, "Ada")
        return world.network_id

    network = asyncio.run(in_office(central_dsn, prepare))
    words = ["rotate-field-keys", "--network", str(network), "--dsn", central_dsn, "--data", str(tmp_path)]
    assert main(["admin", *words, "--status"]) == 0
    assert '"moved":0' in capsys.readouterr().out
    assert main(["admin", *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert '"moved":2' in lines[-1]
    assert '"finished_at":null' not in lines[-1]

    async def key() -> int:
        async with connected(central_dsn) as database, database.network_transaction(network) as connection:
            return int(await connection.fetchval("SELECT field_key FROM networks WHERE id = $1", network))

    assert asyncio.run(key()) == 2
