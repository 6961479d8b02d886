"""Backups by the clock: when one is due, what is noted of it, and who is told when there is none."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.central.cli.main import main
from sync.central.cli.options import pause
from sync.central.cli.scheduled import scheduled_backups
from sync.central.database import Database, connected
from sync.central.jobs.backing_up import LOCK_CLASS, Plan, back_up_if_due
from sync.central.postgres.archive import Archive
from sync.central.services.backup_runs import BackupHealth, BackupRuns, plan_backups, read_runs
from tests.builders.central_process import CLONE, CentralProcess, start_central
from tests.builders.patience import LONG_S

pytestmark = pytest.mark.timeout(600)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR, DAY = 3600, 86_400
MANY_LOOKS = 20_000


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("runs", "due", "health"),
    [
        (BackupRuns(), False, "none"),
        (BackupRuns(done_at=ago(9 * DAY), name="by hand"), False, "ok"),
        (BackupRuns(every_s=DAY), True, "waiting"),
        (BackupRuns(every_s=DAY, tried_at=ago(HOUR), done_at=ago(HOUR)), False, "ok"),
        (BackupRuns(every_s=DAY, tried_at=ago(DAY), done_at=ago(DAY)), True, "ok"),
        (BackupRuns(every_s=DAY, done_at=ago(2 * DAY + 1)), True, "late"),
        (BackupRuns(every_s=DAY, tried_at=ago(HOUR - 1), problem="full"), False, "failed"),
        (BackupRuns(every_s=DAY, tried_at=ago(HOUR), done_at=ago(2 * HOUR), problem="full"), True, "failed"),
        (BackupRuns(every_s=600, tried_at=ago(600), problem="full"), True, "failed"),
    ],
)
def test_a_backup_is_due_and_missed_by_the_plan(runs: BackupRuns, due: bool, health: str) -> None:
    assert (runs.due(NOW), runs.health(NOW)) == (due, BackupHealth(health))


def test_pauses_are_read_as_people_write_them() -> None:
    assert [pause(text) for text in ("30m", "24h", " 7D ")] == [1_800, DAY, 7 * DAY]
    for text in ("", "24", "h", "0m", "32d", "-1h", "1.5h"):
        with pytest.raises(Exception, match="write it as"):
            pause(text)


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralProcess]:
    running = start_central(tmp_path_factory.mktemp("office"))
    try:
        yield running
    finally:
        running.close()


def in_central(central: CentralProcess, work: Callable[[Database, str], Awaitable[Any]]) -> Any:
    async def inside() -> Any:
        async with connected(central.dsn(), max_connections=2) as database:
            return await work(database, central.dsn())

    return asyncio.run(inside())


def said(central: CentralProcess, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], str]:
    capsys.readouterr()
    status = main(["admin", "backup-status", "--data", str(central.data)])
    with urllib.request.urlopen(f"{central.url}/health") as answer:
        health = json.load(answer)["backup"]
    return status, json.loads(capsys.readouterr().out), health


@pytest.mark.expects_log("no backup was taken")
def test_what_went_wrong_is_noted_told_and_mended_by_the_next_one(
    central: CentralProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a file"
    file.write_text("no folder", encoding="utf-8")
    nowhere = Plan(data=central.data, folder=file / "backups", keep=2)
    good = Plan(data=central.data, folder=tmp_path / "backups", keep=2)

    async def fail(database: Database, dsn: str) -> None:
        await plan_backups(database, DAY)
        assert await back_up_if_due(database, dsn, nowhere) is None
        # It is not tried again at once.
        assert await back_up_if_due(database, dsn, good) is None

    in_central(central, fail)
    status, told, health = said(central, capsys)
    assert (status, told["health"], health) == (1, "failed", "failed")
    assert told["problem"]

    async def mend(database: Database, dsn: str) -> None:
        async with database.directory_transaction() as connection:
            await connection.execute("UPDATE installation SET backup_tried_at = '2020-01-01'")
        taken = await back_up_if_due(database, dsn, good)
        assert taken is not None
        assert await back_up_if_due(database, dsn, good) is None

    in_central(central, mend)
    status, told, health = said(central, capsys)
    assert (status, told["health"], told["problem"], health) == (0, "ok", None, "ok")
    assert [base.name for base in Archive(good.folder).bases()] == [told["backup"]]
    # What was archived counts as safe, as by `admin backup`.
    rows = central.rows("SELECT backup_rule, noted_at IS NOT NULL AS noted FROM installation")
    assert rows == [{"backup_rule": "archive", "noted": True}]


@pytest.mark.expects_log("no backup was taken")
def test_two_backups_are_never_taken_at_once(central: CentralProcess, tmp_path: Path) -> None:
    async def work(database: Database, dsn: str) -> None:
        await plan_backups(database, DAY)
        async with database.directory_transaction() as other:
            await other.execute("UPDATE installation SET backup_done_at = NULL, backup_problem = NULL")
        async with database.directory_transaction() as other:
            await other.execute("SELECT pg_advisory_xact_lock($1, 0)", LOCK_CLASS)
            plan = Plan(data=central.data, folder=tmp_path / "backups", keep=2)
            assert await back_up_if_due(database, dsn, plan) is None
        assert "already" in ((await read_runs(database)).problem or "")

    in_central(central, work)


def test_serve_takes_backups_by_itself_and_says_when_none_are_planned(
    central: CentralProcess, tmp_path: Path
) -> None:
    central.rows("UPDATE installation SET backup_done_at = NULL, backup_problem = NULL RETURNING 1")
    central.admin_here("backup", "--stop")
    plan = Plan(data=central.data, folder=tmp_path / "by the clock", keep=1, secret=False)
    with scheduled_backups(central.dsn(), plan, every_s=DAY):
        done = any(
            central.rows("SELECT 1 FROM installation WHERE backup_done_at IS NOT NULL")
            for _ in range(MANY_LOOKS)
        )
        assert done
    assert len(Archive(plan.folder).bases()) == 1
    assert not (plan.folder / "secret.key").exists()
    assert central.rows("SELECT backup_every_s FROM installation") == [{"backup_every_s": DAY}]
    with scheduled_backups(central.dsn(), None, every_s=DAY):
        assert central.rows("SELECT backup_every_s FROM installation") == [{"backup_every_s": None}]


def test_backups_of_another_postgresql_are_not_centrals_to_take(
    tmp_path: Path, central: CentralProcess
) -> None:
    # A process of its own: `serve` takes over the signals and the log of the one that it runs in.
    words = ["serve", "--dsn", central.dsn(), "--data", str(tmp_path), "--port", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "sync.central", *words, "--backup-to", str(tmp_path / "backups")],
        cwd=CLONE,
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )
    assert done.returncode == 1
    assert "not central's own" in done.stderr
