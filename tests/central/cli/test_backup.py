"""Central's database is backed up while it serves, and put back: all of it, or as it was at a moment."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from sync.central.cli.admin.backups import moment
from sync.central.erased_list import LIST_FILE
from sync.central.postgres.archive import Archive
from tests.builders.central_process import CentralProcess, start_central
from tests.builders.patience import LONG_S

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def central(tmp_path: Path) -> Iterator[CentralProcess]:
    running = start_central(tmp_path)
    yield running
    running.close()


def _network(central: CentralProcess, name: str) -> int:
    made = central.admin_here(
        "create-network", "--name", name, "--owner-email", f"{name}@example.com", "--password-stdin",
        given="a long enough password\n",
    )  # fmt: skip
    return int(made[-1]["network_id"])


def _guest(central: CentralProcess, name: str, phone: str) -> int:
    with httpx.Client(base_url=central.url, timeout=LONG_S) as client:
        asked = {"email": "first@example.com", "password": "a long enough password"}
        token = client.post("/api/auth/login", json=asked).raise_for_status().json()["access_token"]
        made = client.post(
            "/api/guests",
            json={"name": name, "phone": phone},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": name},
        )
    return int(made.raise_for_status().json()["guest"]["id"])


def _names(central: CentralProcess) -> list[str]:
    return [row["name"] for row in central.rows("SELECT name FROM networks ORDER BY id")]


def _now(central: CentralProcess) -> datetime:
    found: datetime = central.rows("SELECT clock_timestamp() AS at")[0]["at"]
    return found


def test_all_that_the_archive_holds_comes_back_and_a_new_epoch_begins(
    central: CentralProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    _network(central, "first")
    epoch = central.rows("SELECT epoch FROM networks")[0]["epoch"]
    taken = central.admin_here("backup", "--to", str(folder))[-1]
    assert taken["kept"] == 1
    assert central.rows("SELECT backup_rule, noted_at IS NOT NULL AS noted FROM installation") == [
        {"backup_rule": "archive", "noted": True}
    ]
    _network(central, "second")
    central.admin_here("backup", "--to", str(folder))
    central.kill()

    central.data = tmp_path / "again"
    restored = central.admin_here("restore", "--from", str(folder))[-1]
    assert re.fullmatch(r"base-\d{8}T\d{6}\.\d{6}Z", restored["restored"])
    central.start()
    assert _names(central) == ["first", "second"]
    assert central.rows("SELECT epoch FROM networks")[0]["epoch"] != epoch
    assert (central.data / "secret.key").read_bytes() == (folder / "secret.key").read_bytes()
    # What was restored goes on being backed up.
    assert central.rows("SHOW archive_command")[0]["archive_command"] == Archive(folder).command()


def test_the_state_of_a_moment_comes_back_without_what_came_later(
    central: CentralProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    _network(central, "first")
    central.admin_here("backup", "--to", str(folder))
    _network(central, "second")
    at = _now(central)
    _network(central, "third")
    central.admin_here("backup", "--to", str(folder))
    central.stop()

    central.data = tmp_path / "again"
    central.admin_here("restore", "--from", str(folder), "--at", at.isoformat())
    central.start()
    assert _names(central) == ["first", "second"]


@pytest.mark.expects_log("were erased before, and are again")
def test_whoever_was_erased_since_is_erased_again_by_the_restore_before_anybody_sees_them(
    central: CentralProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    network = _network(central, "first")
    ada, bo = _guest(central, "Ada Lovelace", "+493090182077"), _guest(central, "Bo", "+4930555777")
    central.admin_here("backup", "--to", str(folder))
    at = _now(central)
    central.admin_here(
        "erase-guest", "--network", str(network), "--guest", str(ada), "--reason", "asked", "--by", "Grace"
    )
    central.admin_here("backup", "--to", str(folder))
    central.kill()
    listed = (folder / LIST_FILE).read_text(encoding="utf-8")
    assert listed.count("\n{") == 1
    assert not [piece for piece in ("Ada", "Lovelace", "90182077") if piece in listed]

    # Another machine has nothing but the folder of backups.
    central.data = tmp_path / "again"
    restored = central.admin_here("restore", "--from", str(folder), "--at", at.isoformat())[-1]
    assert restored["erased_again"] == 1
    central.start()
    rows = central.rows("SELECT id, erased_at IS NOT NULL AS erased, name_cipher = '' AS bare FROM guests")
    assert {row["id"]: (row["erased"], row["bare"]) for row in rows} == {
        ada: (True, True),
        bo: (False, False),
    }
    said = central.rows("SELECT actor, detail FROM audit WHERE action = 'guest.erase'")
    assert [row["actor"] for row in said] == ["central"]
    assert "erased_before" in said[0]["detail"]
    assert central.admin_here("verify-audit", "--network", str(network))[-1]["problem"] is None


def test_a_restore_refuses_what_it_cannot_do_well(
    central: CentralProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sync.central.cli.main import main

    folder, data = tmp_path / "backups", tmp_path / "again"
    words = ["admin", "restore", "--from", str(folder), "--data"]
    assert main([*words, str(data)]) == 1
    assert "secret" in capsys.readouterr().err
    central.admin_here("backup", "--to", str(folder))
    assert main([*words, str(central.data)]) == 1
    assert "holds a database already" in capsys.readouterr().err
    assert main([*words, str(data), "--at", "2020-01-01"]) == 1
    assert "no backup that is old enough" in capsys.readouterr().err
    assert main([*words, str(data), "--at", "2099-01-01"]) == 1
    assert "does not reach as far" in capsys.readouterr().err
    packed = next(folder.glob("base-*.tar.zst"))
    content = bytearray(packed.read_bytes())
    content[-1] ^= 1
    packed.write_bytes(content)
    assert main([*words, str(tmp_path / "third")]) == 1
    assert "is not what was written" in capsys.readouterr().err


def test_old_backups_go_with_the_log_that_only_they_need(central: CentralProcess, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for _ in range(3):
        central.rows("SELECT pg_switch_wal()")
        taken = central.admin_here("backup", "--to", str(folder), "--keep", "2")[-1]
    assert (taken["kept"], taken["dropped"]) == (2, 1)
    archive = Archive(folder)
    oldest = min(base.first_wal for base in archive.bases())
    segments = sorted(path.name for path in archive.wal.iterdir() if len(path.name) == 24)
    assert segments[0] == oldest
    assert {path.name for path in folder.glob("base-*")} == {
        f"{base.name}{suffix}" for base in archive.bases() for suffix in (".json", ".tar.zst")
    }


def test_ending_the_copying_is_said_and_done(central: CentralProcess, tmp_path: Path) -> None:
    central.admin_here("backup", "--to", str(tmp_path / "backups"))
    assert central.admin_here("backup", "--stop") == [{"archiving": False}]
    assert json.dumps(central.rows("SHOW archive_command")[0]) == '{"archive_command": "/bin/true"}'


def test_a_moment_without_a_zone_is_utc() -> None:
    assert moment("2026-01-02T03:04") == datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
