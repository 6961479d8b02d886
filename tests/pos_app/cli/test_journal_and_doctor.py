"""Is this till whole, what waits, and what would a doctor say."""

import os
import subprocess
from pathlib import Path

from sync.protocol.leases import LimitKind
from tests.builders.patience import LONG_S
from tests.builders.shop import Shop
from tests.builders.till_process import ROOT, answers, command_line, environment, kiosk, till


def test_a_till_that_has_settled_is_safe_to_close_but_not_backed_up(shop: Shop) -> None:
    status = answers(till(shop.home, "journal", "status"))[0]
    assert (status["till_id"], status["unsettled"], status["applied"], status["safe"]) == (33, 0, 1, None)
    assert status["safe_to_close"] is True
    assert "no backup" in status["why"]


def test_a_changed_byte_in_the_journal_is_found_said_and_kept(shop: Shop) -> None:
    till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n" * 20)
    journal = shop.home / "journal.db"
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 0xFF
    journal.write_bytes(content)
    (shop.home / "journal.db-wal").unlink(missing_ok=True)
    before = journal.read_bytes()
    for command in (("kiosk", "--offline"), ("journal", "verify")):
        done = till(shop.home, *command, stdin=b"OPEN\n")
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
    assert journal.read_bytes() == before
    report = answers(till(shop.home, "doctor", "--json"))
    assert any(one["health"] == "bad" and "journal" in one["message"].lower() for one in report)


def test_what_can_be_read_of_a_damaged_journal_is_exported_and_the_rest_named(
    shop: Shop, tmp_path: Path
) -> None:
    till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n" * 20)
    journal = shop.home / "journal.db"
    content = bytearray(journal.read_bytes())
    content[-100] ^= 0xFF
    journal.write_bytes(content)
    before = journal.read_bytes()
    file = tmp_path / "saved.journal"
    (said,) = answers(till(shop.home, "journal", "export", str(file)))
    assert journal.read_bytes() == before
    assert said["events"] >= 10
    assert set(said["unreadable"]) <= {"1"}
    assert file.stat().st_size > 0
    again = till(shop.home, "journal", "export", str(file))
    assert again.returncode == 1
    assert b"There is a file" in again.stderr


def test_a_journal_of_rubbish_is_never_overwritten(shop: Shop) -> None:
    journal = shop.home / "journal.db"
    journal.write_bytes(b"rubbish" * 1000)
    done = till(shop.home, "kiosk", stdin=b"OPEN\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert str(journal).encode() in done.stderr
    assert journal.read_bytes() == b"rubbish" * 1000


def test_a_damaged_replica_is_said_set_aside_and_loaded_again(shop: Shop) -> None:
    till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n")
    (shop.home / "cache.db").write_bytes(b"rubbish" * 1000)
    done = till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n")
    assert b"set aside" in done.stderr
    assert answers(done)[0]["reason"] == "not_loaded"
    assert till(shop.home, "kiosk", "--sync-and-exit").returncode == 0
    assert answers(till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n"))[0]["verdict"] == "accept"
    assert len(shop.central.kinds()) == 3


def test_the_doctor_finds_a_good_till_good(shop: Shop) -> None:
    done = till(shop.home, "doctor", "--json")
    report = {one["check"]: one for one in answers(done)}
    assert report.keys() >= {"decoder", "camera", "database", "keyring", "home", "disk", "till", "journal"}
    assert {report[check]["health"] for check in ("till", "journal", "codes", "office", "home")} == {"good"}
    assert all(one["advice"] for one in report.values() if one["health"] == "bad")
    assert done.returncode == (1 if any(one["health"] == "bad" for one in answers(done)) else 0)


def test_doctor_and_status_tell_what_is_held_and_what_may_be_taken_beyond_a_limit(shop: Shop) -> None:
    shop.central.grant(2, 2)
    shop.central.grant(1, 30, kind=LimitKind.RISK)
    till(shop.home, "kiosk", "--sync-and-exit")
    (status,) = answers(till(shop.home, "journal", "status"))
    held = {one["kind"]: (one["leases"], one["units"], one["next_expiry"]) for one in status["held"]}
    assert held == {"uses": (1, 2, None), "risk": (1, 30, None)}
    assert (status["leases"], status["unsettled_risk"]) == (2, 0)
    report = answers(till(shop.home, "doctor", "--json"))
    leases = [one["message"] for one in report if one["check"] == "leases"]
    assert any("2 uses of codes (uses) are held (leases: 1)" in said for said in leases)
    assert [one["message"] for one in report if one["check"] == "exposure"] == [
        "At most 30 uses may be accepted beyond a limit without the office."
    ]


def test_the_doctor_says_how_old_the_oldest_event_is_that_waits(shop: Shop) -> None:
    till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n")
    shop.server.close()
    report = answers(till(shop.home, "doctor", "--json"))
    (waiting,) = [one for one in report if one["check"] == "waiting"]
    assert waiting["health"] == "warning"
    assert "The oldest is of 20" in waiting["message"]


def test_the_doctor_names_an_office_that_is_gone(shop: Shop) -> None:
    shop.server.close()
    done = till(shop.home, "doctor")
    assert done.returncode == 1
    text = done.stdout.decode()
    assert f"BAD     office: {shop.server.url}: The central office cannot be reached." in text
    assert "→" in text


def test_the_doctor_examines_a_machine_before_it_is_a_till(tmp_path: Path) -> None:
    home = tmp_path / "nothing"
    report = answers(till(home, "doctor", "--json"))
    assert [one["health"] for one in report if one["check"] in ("home", "till")] == ["warning", "warning"]
    assert not home.exists()


def test_the_doctor_leaves_a_running_till_alone(shop: Shop) -> None:
    with kiosk(shop.home, "--offline") as running:
        running.ask("OPEN")
        report = answers(till(shop.home, "doctor", "--json"))
        assert "already open" in next(one["message"] for one in report if one["check"] == "till")
        assert running.ask("OPEN")["verdict"] == "accept"


def test_a_reader_that_goes_away_is_no_crash_of_the_doctor(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        command_line(tmp_path / "nothing", "doctor"),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=write_end,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=LONG_S,
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (1, b"")
