"""An old key of personal data is destroyed once nothing is sealed under it, and not before."""

import asyncio
import re
from pathlib import Path

import pytest

from sync.central.cli.main import main
from sync.central.seals import KeyName, key_name_of
from sync.central.services.field_keys import MAX_LIVE_FIELD_KEYS, current_fields, known_fields
from sync.central.services.loyalty.guest_desk import list_guests
from sync.central.services.personal.destroying import destroy_field_key, list_field_keys
from sync.central.services.personal.rotating import begin_rotation, go_on
from sync.central.services.staff import STAFF_EMAIL_FIELD
from sync.rules.user_error import UserError
from tests.builders.central_world import SECRETS, OfficeWorld, in_office
from tests.builders.sealed_fields import as_before_random_keys, fields_of
from tests.central.services.personal.test_rotating import a_guest, everything_else, keys, names

NUMBER = re.compile(r'"number":(\d+)')


async def rotate(world: OfficeWorld) -> None:
    async with world.database.network_transaction(world.network_id) as connection:
        await begin_rotation(connection, SECRETS, world.network_id, actor="test")
    await go_on(world.database, SECRETS, world.network_id)


async def destroy(world: OfficeWorld, number: int) -> None:
    async with world.database.network_transaction(world.network_id) as connection:
        await destroy_field_key(connection, world.network_id, number, actor="Ira")


async def refusal(world: OfficeWorld, number: int) -> str:
    with pytest.raises(UserError) as caught:
        await destroy(world, number)
    return caught.value.reason


def test_a_key_that_seals_nothing_any_more_is_destroyed_and_the_log_says_by_whom(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        await everything_else(world)
        await a_guest(world, "Ada")
        (before,) = await world.fetch("SELECT data_key FROM guests")
        said = await names(world)
        await rotate(world)
        await destroy(world, 1)
        assert await names(world) == said
        (row,) = await world.fetch("SELECT wrapped, destroyed_by FROM field_keys WHERE number = 1")
        assert (row["wrapped"], row["destroyed_by"]) == (None, "Ira")
        with pytest.raises(UserError) as caught:
            (await fields_of(world.database, world.network_id)).open("guests.data_key", before["data_key"])
        assert caught.value.reason == "key_destroyed"
        (entry,) = await world.fetch("SELECT actor, detail FROM audit WHERE action = 'field_key.destroy'")
        assert (entry["actor"], entry["detail"]) == ("Ira", {"key": 1})
        assert await refusal(world, 1) == "key_destroyed"

    asyncio.run(in_office(central_dsn, work))


def test_a_key_is_kept_while_it_is_current_or_a_single_row_is_sealed_under_it(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        assert await refusal(world, 1) == "key_in_use"
        assert await refusal(world, 2) == "unknown_key"
        assert await refusal(world, -1) == "unknown_key"
        await everything_else(world)
        ada = await a_guest(world, "Ada")
        rows = await world.fetch(
            """SELECT 'guests SET data_key' AS place, id::text, data_key AS sealed FROM guests
            UNION ALL SELECT 'staff SET email_cipher', id::text, email_cipher FROM staff
            UNION ALL SELECT 'code_recipients SET email_cipher', id::text, email_cipher FROM code_recipients
            UNION ALL SELECT 'phone_verifications SET sealed', id::text, sealed FROM phone_verifications"""
        )
        assert len({row["place"] for row in rows}) == 4
        await rotate(world)
        for row in rows:
            table = row["place"].split()[0]
            put = f"UPDATE {row['place']} = $2 WHERE id::text = $1"
            column = row["place"].split()[2]
            (new,) = await world.fetch(f"SELECT {column} FROM {table} WHERE id::text = $1", row["id"])
            await world.fetch(put, row["id"], row["sealed"])
            assert await refusal(world, 1) == "key_in_use", table
            await world.fetch(put, row["id"], new[0])
        await world.fetch(
            "UPDATE guests SET data_key = NULL, name_cipher = '', erased_at = now() WHERE id = $1", ada
        )
        await destroy(world, 1)

    asyncio.run(in_office(central_dsn, work))


def test_a_key_waits_for_whoever_is_just_sealing_under_it_and_is_kept_for_what_they_wrote(
    central_dsn: str,
) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as writer:
            old = await current_fields(writer, SECRETS, world.network_id)
            await rotate(world)
            destroying = asyncio.create_task(refusal(world, 1))
            await waits_for_a_lock(world)
            await writer.execute(
                "UPDATE staff SET email_cipher = $2 WHERE id = $1",
                world.owner_id,
                old.seal(STAFF_EMAIL_FIELD, "late@example.com"),
            )
        assert await destroying == "key_in_use"
        await rotate(world)
        await destroy(world, 1)
        async with world.database.network_transaction(world.network_id) as connection:
            fields = await known_fields(connection, SECRETS, world.network_id)
            sealed = await connection.fetchval("SELECT email_cipher FROM staff WHERE id = $1", world.owner_id)
        assert fields.open(STAFF_EMAIL_FIELD, sealed) == "late@example.com"

    asyncio.run(in_office(central_dsn, work))


async def waits_for_a_lock(world: OfficeWorld) -> None:
    """Return once somebody in this database waits for a lock; the statement's own time-out ends it otherwise."""
    async with world.database.directory_transaction() as connection:
        await connection.execute(
            """DO $$ BEGIN
                WHILE NOT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                    WHERE NOT l.granted AND a.datname = current_database()) LOOP
                    PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
                END LOOP;
            END $$"""
        )


def test_a_key_with_a_writer_who_does_not_end_is_said_to_be_busy(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as writer:
            await current_fields(writer, SECRETS, world.network_id)
            await rotate(world)
            async with world.database.network_transaction(world.network_id) as connection:
                await connection.execute("SET LOCAL lock_timeout = 1")
                with pytest.raises(UserError) as caught:
                    await destroy_field_key(connection, world.network_id, 1, actor="Ira")
            assert caught.value.reason == "key_busy"

    asyncio.run(in_office(central_dsn, work))


def test_a_network_from_before_goes_on_under_its_derived_key_until_it_is_rotated(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        await as_before_random_keys(world, central_dsn)
        await everything_else(world)
        await a_guest(world, "Ada")
        assert {name.stored for name in await keys(world)} == {False}
        assert await refusal(world, 0) == "key_in_use"
        said = await names(world)
        async with world.database.network_transaction(world.network_id) as connection:
            (state,) = await list_field_keys(connection, world.network_id)
        assert (state.number, state.derived, state.current, state.rows) == (0, True, True, 5)
        await rotate(world)
        assert await keys(world) == {KeyName(1, stored=True)}
        assert await names(world) == said
        assert await refusal(world, 0) == "key_derived"

    asyncio.run(in_office(central_dsn, work))


def test_what_an_older_central_seals_after_the_change_stays_readable_and_is_moved(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        # It knows of no stored keys: under the number that it finds it seals with the derived one.
        older = KeyName(1, stored=False)
        fields = await fields_of(world.database, world.network_id)
        fields = type(fields)(lambda n: SECRETS.derived_field_key(world.network_id, n), {}, older)
        await world.fetch(
            "UPDATE staff SET email_cipher = $2 WHERE id = $1",
            world.owner_id,
            fields.seal(STAFF_EMAIL_FIELD, "older@example.com"),
        )
        known = await fields_of(world.database, world.network_id)
        (row,) = await world.fetch("SELECT email_cipher FROM staff")
        assert key_name_of(row["email_cipher"]) == older
        assert known.open(STAFF_EMAIL_FIELD, row["email_cipher"]) == "older@example.com"
        assert await refusal(world, 1) == "key_in_use"
        await rotate(world)
        (row,) = await world.fetch("SELECT email_cipher FROM staff")
        assert key_name_of(row["email_cipher"]) == KeyName(2, stored=True)

    asyncio.run(in_office(central_dsn, work))


def test_a_key_that_waits_to_be_destroyed_is_asked_for_before_there_are_too_many(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        for _ in range(MAX_LIVE_FIELD_KEYS - 1):
            await rotate(world)
        with pytest.raises(UserError) as caught:
            await rotate(world)
        assert caught.value.reason == "too_many_field_keys"
        await destroy(world, 1)
        await rotate(world)
        async with world.database.network_transaction(world.network_id) as connection:
            assert (await list_guests(connection, SECRETS, world.network_id, limit=1, offset=0)) == ([], 0)

    asyncio.run(in_office(central_dsn, work))


def test_the_stored_key_is_no_use_without_the_secret_or_in_another_place(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        await rotate(world)
        await world.fetch(
            """UPDATE field_keys SET wrapped = (SELECT wrapped FROM field_keys WHERE number = 1)
            WHERE number = 2"""
        )
        with pytest.raises(UserError) as caught:
            await fields_of(world.database, world.network_id)
        assert caught.value.reason == "seal_broken"

    asyncio.run(in_office(central_dsn, work))


def test_the_commands_list_keys_destroy_one_and_say_what_backups_still_hold(
    central_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERSIGN_SECRET", bytes(range(32)).hex())

    async def prepare(world: OfficeWorld) -> int:
        await rotate(world)
        return world.network_id

    network = asyncio.run(in_office(central_dsn, prepare))
    at = ["--network", str(network), "--dsn", central_dsn, "--data", str(tmp_path)]
    assert main(["admin", "destroy-field-key", "--key", "2", "--by", "Ira", *at]) != 0
    assert "rotate-field-keys" in capsys.readouterr().err
    assert main(["admin", "destroy-field-key", "--key", "1", "--by", "Ira", *at]) == 0
    told = capsys.readouterr()
    assert NUMBER.findall(told.out) == ["1"]
    assert "Restoring one brings the key back" in told.err
    assert main(["admin", "field-keys", *at]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert NUMBER.findall("".join(lines)) == ["1", "2"]
    assert '"destroyed_by":"Ira"' in lines[0]
    assert '"current":true,"rows":1' in lines[1]
