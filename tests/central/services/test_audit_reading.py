"""Whoever changes the audit log afterwards, in whichever column, is found; and people find what they look for."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from sync.central.cli.main import main
from sync.central.database import Database, connected
from sync.central.services import audit_reading
from sync.central.services.audit import record
from sync.central.services.audit_reading import AuditFilter, Verdict, list_audit, verify_audit
from sync.central.services.networks import create_network
from tests.builders.office import PASSWORD, SECRETS
from tests.builders.past_security import execute

ENTRIES = 7


async def a_log(database: Database, email: str) -> int:
    made = await create_network(database, SECRETS, name="Chain", owner_email=email, password=PASSWORD)
    for number in range(ENTRIES):
        async with database.network_transaction(made.network_id) as connection:
            await record(
                connection,
                made.network_id,
                actor=f"staff:{made.owner_id}" if number % 2 else "key:9",
                action="code.change" if number < 4 else "till_x.revoke",
                subject=f"code:{number}",
                detail={"number": number, "nested": {"b": [1, 2.5, None], "a": "ü"}, "at": "2026-11-21"},
            )
    return made.network_id


def verdict(dsn: str, network: int, known: bytes | None = None) -> Verdict:
    async def work() -> Verdict:
        async with connected(dsn) as database:
            return await verify_audit(database, network, known=known)

    return asyncio.run(work())


@pytest.fixture
def log(central_dsn: str) -> int:
    async def work() -> int:
        async with connected(central_dsn) as database:
            return await a_log(database, f"{uuid4().hex}@example.com")

    return asyncio.run(work())


def test_a_log_that_nobody_touched_is_whole_over_many_pages(
    central_dsn: str, log: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_reading, "ENTRIES_AT_ONCE", 3)
    found = verdict(central_dsn, log)
    assert found.problem is None
    assert found.entries == ENTRIES
    assert verdict(central_dsn, log, known=found.head).problem is None


CHANGES = {
    "network_id": "network_id = network_id + 1000000",
    "id": "id = id + 1000000",
    "at": "at = at + interval '1 microsecond'",
    "actor": "actor = 'staff:1'",
    "action": "action = 'code.create'",
    "subject": "subject = 'code:99'",
    "detail": "detail = detail || '{\"number\": 99}'",
    "previous": "previous = decode(repeat('ab', 32), 'hex')",
    "hash": "hash = decode(repeat('ab', 32), 'hex')",
}


def test_a_change_is_listed_for_every_column() -> None:
    columns = audit_reading._COLUMNS.split(", ")
    assert sorted(CHANGES) == sorted(columns)


@pytest.mark.parametrize("column", sorted(CHANGES))
def test_a_change_of_any_column_is_found_and_named(central_dsn: str, log: int, column: str) -> None:
    execute(
        central_dsn,
        f"UPDATE audit SET {CHANGES[column]} WHERE network_id = $1 AND subject = 'code:3'",
        log,
    )
    problem = verdict(central_dsn, log).problem
    assert problem is not None
    # What was moved away is missed at the entry behind it.
    assert ("code:4" if column in ("network_id", "id") else "code:") in problem
    assert problem.startswith("Entry ")
    assert problem.endswith(".")


def test_an_entry_that_was_taken_out_is_missed(central_dsn: str, log: int) -> None:
    execute(central_dsn, "DELETE FROM audit WHERE network_id = $1 AND subject = 'code:3'", log)
    problem = verdict(central_dsn, log).problem
    assert problem is not None
    assert "code:4" in problem


def test_an_end_that_was_cut_off_is_missed_by_whoever_noted_the_head(central_dsn: str, log: int) -> None:
    head = verdict(central_dsn, log).head
    execute(central_dsn, "DELETE FROM audit WHERE network_id = $1 AND subject = 'code:6'", log)
    assert verdict(central_dsn, log).problem is None
    problem = verdict(central_dsn, log, known=head).problem
    assert problem is not None
    assert "cut off" in problem


def test_the_command_ends_with_1_and_says_where_the_break_is(
    central_dsn: str, log: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["admin", "verify-audit", "--network", str(log), "--dsn", central_dsn, "--data", str(tmp_path)]
    assert main(words) == 0
    assert '"problem":null' in capsys.readouterr().out
    execute(central_dsn, "UPDATE audit SET actor = 'x' WHERE network_id = $1 AND subject = 'code:5'", log)
    assert main(words) == 1
    assert "code:5" in capsys.readouterr().out
    assert main([*words, "--head", "zz"]) == 1
    assert "no hash" in capsys.readouterr().err


def test_entries_are_found_by_who_what_and_when(central_dsn: str, log: int) -> None:
    async def ask(wanted: AuditFilter) -> Sequence[str]:
        async with connected(central_dsn) as database, database.network_transaction(log) as connection:
            items, total = await list_audit(connection, log, wanted, limit=100, offset=0)
            assert total == len(items)
            return [item.subject for item in items]

    def found(wanted: AuditFilter) -> Sequence[str]:
        return asyncio.run(ask(wanted))

    assert found(AuditFilter(actor="key:9")) == ["code:6", "code:4", "code:2", "code:0"]
    assert found(AuditFilter(action="code.*")) == ["code:3", "code:2", "code:1", "code:0"]
    assert found(AuditFilter(action="till_x.revoke", subject="code:5")) == ["code:5"]
    assert found(AuditFilter(action="tillxx*")) == []
    assert found(AuditFilter(action="%")) == []
    middle: asyncpg.Record = asyncio.run(_entry(central_dsn, log, "code:3"))
    assert found(AuditFilter(since=middle["at"])) == ["code:6", "code:5", "code:4", "code:3"]
    assert "code:3" not in found(AuditFilter(until=middle["at"]))


async def _entry(dsn: str, network: int, subject: str) -> asyncpg.Record:
    async with connected(dsn) as database, database.network_transaction(network) as connection:
        return await connection.fetchrow("SELECT * FROM audit WHERE subject = $1", subject)
