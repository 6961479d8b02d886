import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, text

from sync.central.database import connected
from sync.central.migrating import migrate
from sync.central.migrations.first.access import TENANT_GRANTS
from sync.central.migrations.head import HEAD
from sync.central.migrations.running import alembic_config, engine_on
from sync.central.postgres.server import RunningServer
from sync.central.schema.tables import OTHER_TABLES, TENANT_TABLES, complete_metadata
from sync.central.schema.words import APP_ROLE
from sync.central.services.networks import create_network
from sync.rules.user_error import UserError
from tests.builders.central_world import SECRETS
from tests.builders.postgres import fresh_database

_numbers = itertools.count(1)

ROOT = Path(__file__).parents[3]
TENANT_NAMES = sorted(table.__tablename__ for table in TENANT_TABLES)


def fetch(dsn: str, query: str, *arguments: object) -> list[Any]:
    async def work() -> list[Any]:
        connection = await asyncpg.connect(dsn)
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    return asyncio.run(work())


def is_no_partition(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:
    return not (kind == "table" and str(name).startswith("part_"))


def test_models_and_migrated_database_agree(central_dsn: str) -> None:
    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "include_object": is_no_partition}
        )
        return list(compare_metadata(context, complete_metadata()))

    async def work() -> list[Any]:
        engine = engine_on(central_dsn)
        async with engine.connect() as connection:
            differences = await connection.run_sync(compare)
        await engine.dispose()
        return differences

    assert asyncio.run(work()) == []


def test_models_and_migrated_database_have_the_same_checks(central_dsn: str) -> None:
    declared = {
        (table.name, str(constraint.name))
        for table in complete_metadata().tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    rows = fetch(
        central_dsn,
        "SELECT conrelid::regclass::text AS tab, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 AND coninhcount = 0",
    )
    assert {(row["tab"], row["conname"]) for row in rows} == {
        (table, name if name.startswith("ck_") else f"ck_{table}_{name}") for table, name in declared
    }


def test_every_table_is_listed_once() -> None:
    listed = [table.__tablename__ for table in (*TENANT_TABLES, *OTHER_TABLES)]
    assert sorted(listed) == sorted(complete_metadata().tables)
    assert set(TENANT_GRANTS) <= set(TENANT_NAMES)


@pytest.mark.parametrize("table", TENANT_NAMES)
def test_primary_key_of_every_tenant_table_starts_with_the_network(central_dsn: str, table: str) -> None:
    rows = fetch(
        central_dsn,
        """SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisprimary AND i.indrelid = $1::regclass""".replace("$1", f"'{table}'"),
    )
    assert [row["attname"] for row in rows] == ["network_id"]


@pytest.mark.parametrize("table", [*TENANT_NAMES, "networks", "directory", "logins"])
def test_row_security_is_forced_with_a_policy_for_every_command(central_dsn: str, table: str) -> None:
    (flags,) = fetch(
        central_dsn,
        f"SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = '{table}'::regclass",
    )
    assert tuple(flags) == (True, True)
    policies = fetch(
        central_dsn, "SELECT * FROM pg_policies WHERE tablename = $1 AND policyname = 'own_network'", table
    )
    assert len(policies) == 1
    assert policies[0]["cmd"] == "ALL"
    assert policies[0]["qual"] == policies[0]["with_check"]
    assert "countersign.network" in policies[0]["qual"]


def test_the_serving_role_can_neither_log_in_nor_bypass_row_security(central_dsn: str) -> None:
    (role,) = fetch(
        central_dsn,
        "SELECT rolcanlogin, rolbypassrls, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = $1",
        APP_ROLE,
    )
    assert tuple(role) == (False, False, False, False)


@pytest.mark.parametrize(
    "table",
    [
        "events",
        "redemptions",
        "attempts",
        "sales",
        "audit",
        "cases",
        "leases",
        "guest_transactions",
        "tier_changes",
    ],
)
def test_the_serving_role_cannot_delete_what_was_recorded(central_dsn: str, table: str) -> None:
    (row,) = fetch(
        central_dsn, f"SELECT has_table_privilege('{APP_ROLE}', '{table}', 'DELETE, TRUNCATE') AS may"
    )
    assert row["may"] is False


def test_the_bytes_of_a_recorded_event_cannot_be_changed(central_dsn: str) -> None:
    (row,) = fetch(
        central_dsn,
        f"""SELECT has_column_privilege('{APP_ROLE}', 'events', 'body', 'UPDATE') AS body,
        has_column_privilege('{APP_ROLE}', 'events', 'applied', 'UPDATE') AS applied""",
    )
    assert (row["body"], row["applied"]) == (False, True)


def test_migrating_twice_changes_nothing(central_dsn: str) -> None:
    asyncio.run(migrate(central_dsn))
    assert len(fetch(central_dsn, "SELECT * FROM installation")) == 1


def test_two_centrals_may_migrate_the_same_database_at_once(postgres_server: RunningServer) -> None:
    async def both(dsn: str) -> None:
        await asyncio.gather(migrate(dsn), migrate(dsn))

    with fresh_database(postgres_server, template="template0") as dsn:
        asyncio.run(both(dsn))
        assert len(fetch(dsn, "SELECT * FROM installation")) == 1


def test_an_owner_who_is_no_superuser_migrates_and_serves(postgres_server: RunningServer) -> None:
    """A rented server gives no superuser; row security then binds even the owner of the tables."""

    async def work(dsn: str, other: str) -> None:
        await migrate(dsn)
        async with connected(dsn) as database:
            made = await create_network(
                database, SECRETS, name="Rented", owner_email="rented@example.com", password="long enough"
            )
            assert await database.network_ids() == [made.network_id]
        owner = await asyncpg.connect(dsn)
        assert await owner.fetch("SELECT * FROM networks") == []
        await owner.close()
        with pytest.raises(UserError) as caught:
            await migrate(other)
        assert caught.value.reason == "database_not_allowed"

    with fresh_database(postgres_server, template="template0") as dsn, a_role(dsn, "CREATEROLE") as creator:
        # The server's role exists already here, made by somebody else: an administrator has granted it.
        fetch(dsn, f"GRANT {APP_ROLE} TO {creator}")
        fetch(dsn, f"ALTER SCHEMA public OWNER TO {creator}")
        with fresh_database(postgres_server, template="template0") as other, a_role(other, "") as nobody:
            asyncio.run(work(as_user(dsn, creator), as_user(other, nobody)))


@contextmanager
def a_role(dsn: str, rights: str) -> Iterator[str]:
    name = f"role_{next(_numbers)}"
    fetch(dsn, f"CREATE ROLE {name} LOGIN {rights}")
    yield name
    fetch(dsn, f"DROP OWNED BY {name} CASCADE")
    fetch(dsn, f"DROP ROLE {name}")


def as_user(dsn: str, user: str) -> str:
    return dsn.replace("//postgres@", f"//{user}@")


def test_a_migration_that_would_queue_tills_behind_itself_gives_up_and_changes_nothing(
    postgres_server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.migrations.running.LOCK_TIMEOUT_S", 1)

    async def work(dsn: str) -> None:
        reader = await asyncpg.connect(dsn)
        async with reader.transaction():
            await reader.fetch("SELECT * FROM refund_totals")
            with pytest.raises(UserError) as caught:
                await migrate(dsn)
            assert caught.value.reason == "database_busy"
            assert await reader.fetchval("SELECT version_num FROM alembic_version") == "0029"
        await reader.close()
        await migrate(dsn)

    with fresh_database(postgres_server) as dsn:
        # As it was before the migration that gave the totals of refunds a column.
        fetch(dsn, "ALTER TABLE refund_totals DROP COLUMN loose")
        fetch(dsn, "UPDATE alembic_version SET version_num = '0029'")
        asyncio.run(work(dsn))
        assert fetch(dsn, "SELECT version_num FROM alembic_version")[0]["version_num"] == HEAD
        assert fetch(dsn, "SELECT loose FROM refund_totals") == []


def test_a_database_of_a_newer_central_is_left_alone(postgres_server: RunningServer) -> None:
    with fresh_database(postgres_server) as dsn:
        fetch(dsn, "UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(UserError) as caught:
            asyncio.run(migrate(dsn))
    assert caught.value.reason == "database_newer"


def test_an_unreachable_database_is_said_in_a_sentence() -> None:
    with pytest.raises(UserError) as caught:
        asyncio.run(migrate("postgresql://nobody:hidden@127.0.0.1:1/none"))
    assert caught.value.reason == "database_unreachable"
    assert "hidden" not in str(caught.value)


def test_alembic_sees_one_line_of_migrations() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_commands_do_not_wait_for_sqlalchemy_to_load() -> None:
    loaded = "import sys, sync.central.cli.main; print('sqlalchemy' in sys.modules, 'granian' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["False", "False"]


def test_metadata_can_make_every_table_itself(postgres_server: RunningServer) -> None:
    async def work(dsn: str) -> int:
        engine = engine_on(dsn)
        async with engine.begin() as connection:
            await connection.run_sync(complete_metadata().create_all)
            count = await connection.scalar(
                text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            )
        await engine.dispose()
        return int(count or 0)

    with fresh_database(postgres_server, template="template0") as dsn:
        assert asyncio.run(work(dsn)) == len(complete_metadata().tables)


def test_the_serving_role_may_move_every_numbering_on_as_a_restore_does(central_dsn: str) -> None:
    rows = fetch(
        central_dsn,
        """SELECT sequencename AS name, has_sequence_privilege($1, format('%I.%I', schemaname, sequencename), 'UPDATE')
        AS allowed FROM pg_sequences WHERE schemaname = 'public'""",
        APP_ROLE,
    )
    assert {row["name"] for row in rows if not row["allowed"]} == set()
    assert "rewards_id_seq" in {row["name"] for row in rows}
    fetch(central_dsn, "CREATE TABLE to_come (id bigint GENERATED BY DEFAULT AS IDENTITY)")
    (row,) = fetch(
        central_dsn, "SELECT has_sequence_privilege($1, 'to_come_id_seq', 'UPDATE') AS allowed", APP_ROLE
    )
    fetch(central_dsn, "DROP TABLE to_come")
    assert row["allowed"]
