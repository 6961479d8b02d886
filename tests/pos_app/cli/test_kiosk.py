"""The kiosk as a real process: lines in, lines out, nothing said before it stands."""

import os
import shlex
import signal
import subprocess
import threading
from pathlib import Path
from uuid import UUID

import pytest

from sync.protocol.payloads import Attempt, Redemption
from sync.protocol.problems import ProblemType
from tests.builders.patience import LONG_S
from tests.builders.shop import Shop
from tests.builders.talking_server import problem
from tests.builders.till_process import ROOT, answers, command_line, environment, kiosk, till

SHAPE = {"input", "verdict", "reason", "message", "event", "seq", "at", "by"}


def test_every_line_gets_one_line_and_what_it_says_is_in_the_journal(shop: Shop) -> None:
    done = till(shop.home, "kiosk", "--offline", "--amount", "12.50", stdin=b"OPEN\r\nNOSUCH\nTWICE\n\nOPEN")
    assert done.returncode == 0, done.stderr.decode()
    said = answers(done)
    assert [one["input"] for one in said] == ["OPEN", "NOSUCH", "TWICE", "", "OPEN"]
    assert [(one["verdict"], one["reason"]) for one in said] == [
        ("accept", "ok"),
        ("refuse", "unknown_code"),
        ("refuse", "needs_office"),
        ("refuse", "unreadable_code"),
        ("accept", "ok"),
    ]
    assert all(one.keys() >= SHAPE and one["message"] for one in said)
    assert [one["seq"] for one in said] == [2, 3, 4, 5, 6]
    assert len({UUID(one["event"]) for one in said}) == 5
    assert all(one["at"].endswith("Z") for one in said)
    verified = answers(till(shop.home, "journal", "verify"))
    assert verified == [
        {"ok": True, "events": 6, "problem": None, "incarnation": None, "first_bad_seq": None}
    ]


def test_online_it_asks_spends_and_uploads_by_itself(shop: Shop) -> None:
    uploaded = threading.Event()
    shop.central.after = lambda _: uploaded.set() if Attempt.KIND in shop.central.kinds() else None
    with kiosk(shop.home) as running:
        said = [running.ask("TWICE") for _ in range(3)]
        assert [(one["verdict"], one["by"]) for one in said] == [
            ("accept", "online"),
            ("accept", "online"),
            ("refuse", "online"),
        ]
        assert said[2]["reason"] == "used_up"
        assert uploaded.wait(LONG_S)
        assert running.end() == 0
    assert shop.central.kinds() == ["till.enrolled", *[Redemption.KIND] * 2, Attempt.KIND]
    assert [str(link.envelope.event) for link in shop.central.links()[1:]] == [one["event"] for one in said]


def test_what_was_said_offline_is_settled_once_by_sync_and_exit(shop: Shop) -> None:
    said = answers(till(shop.home, "kiosk", "--offline", stdin=b"OPEN\nOPEN\n"))
    for _ in range(2):
        done = till(shop.home, "kiosk", "--sync-and-exit", stdin=b"OPEN\n")
        assert (done.returncode, done.stdout) == (0, b""), done.stderr.decode()
    assert [str(link.envelope.event) for link in shop.central.links()[1:]] == [one["event"] for one in said]


def test_sync_and_exit_fetches_news_too(shop: Shop) -> None:
    shop.central.publish(3, "FRESH")
    assert till(shop.home, "kiosk", "--sync-and-exit").returncode == 0
    said = answers(till(shop.home, "kiosk", "--offline", stdin=b"FRESH\n"))
    assert said[0]["verdict"] == "accept"


def test_without_an_office_sync_and_exit_says_what_is_left_and_keeps_it(shop: Shop) -> None:
    till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n")
    shop.server.close()
    done = till(shop.home, "kiosk", "--sync-and-exit")
    assert done.returncode == 1
    assert b"1 events wait" in done.stderr
    status = answers(till(shop.home, "journal", "status"))[0]
    assert (status["unsettled"], status["safe_to_close"]) == (1, False)
    assert "only on this till" in status["why"]


def test_checking_writes_nothing(shop: Shop) -> None:
    said = answers(till(shop.home, "kiosk", "--check-only", "--offline", stdin=b"OPEN\nNOSUCH\n"))
    assert [(one["verdict"], one["event"], one["seq"]) for one in said] == [
        ("accept", None, None),
        ("refuse", None, None),
    ]
    assert answers(till(shop.home, "journal", "status"))[0]["last_seq"] == 1


def test_bad_bytes_each_get_a_refusal_and_the_next_code_still_works(shop: Shop) -> None:
    binary = bytes(byte for byte in range(256) if byte not in b"\r\n") * 12
    lines = [
        b"'; DROP TABLE events; --",
        binary,
        b"\xff\xfe\xfd",
        b"\x00\x1b[2J\x7f",
        b"A" * 200_000,
        "\u202egnp.exe🎟".encode(),
        b"OPEN",
    ]
    done = till(shop.home, "kiosk", "--offline", stdin=b"\n".join(lines) + b"\n")
    assert done.returncode == 0, done.stderr.decode()
    said = answers(done)
    assert [one["verdict"] for one in said] == ["refuse"] * 6 + ["accept"]
    assert said[2]["input"] == "\\xff\\xfe\\xfd"
    assert said[4]["reason"] == "unreadable_code"
    assert all(one["message"] for one in said)
    done.stdout.decode("utf-8")


@pytest.mark.parametrize("amount", ["twelve", "-1", "1e9", "12.505", "", "9" * 50])
def test_an_amount_that_is_none_is_said_before_anything_starts(shop: Shop, amount: str) -> None:
    done = till(shop.home, "kiosk", "--offline", f"--amount={amount}", stdin=b"OPEN\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"amount" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["kiosk", "journal"])
def test_a_home_that_is_no_till_is_said_and_left_as_it_is(tmp_path: Path, command: str) -> None:
    home = tmp_path / "nothing"
    done = till(home, command, *(["verify"] if command == "journal" else []), stdin=b"OPEN\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"enrol" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not home.exists()


def test_two_processes_never_open_one_till(shop: Shop) -> None:
    with kiosk(shop.home, "--offline") as running:
        running.ask("OPEN")
        done = till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n")
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"already open" in done.stderr
        assert running.ask("OPEN")["seq"] == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_cleanly_while_it_waits(shop: Shop, number: signal.Signals) -> None:
    with kiosk(shop.home) as running:
        assert running.ask("OPEN")["verdict"] == "accept"
        running.process.send_signal(number)
        assert running.process.wait(LONG_S) == 0, b"".join(running.errors).decode()
        running.end()
    assert b"Traceback" not in b"".join(running.errors)
    assert answers(till(shop.home, "journal", "verify"))[0]["ok"]


def test_a_kill_loses_nothing_that_was_said_and_leaves_no_child(shop: Shop) -> None:
    with kiosk(shop.home) as running:
        said = [running.ask("OPEN") for _ in range(5)]
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
        assert children.read_text() == ""
        assert running.kill() == -signal.SIGKILL
    assert till(shop.home, "kiosk", "--sync-and-exit").returncode == 0
    stored = [str(link.envelope.event) for link in shop.central.links()]
    assert [stored.count(one["event"]) for one in said] == [1] * 5


def test_a_reader_that_goes_away_is_no_crash(shop: Shop) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    process = subprocess.Popen(
        command_line(shop.home, "kiosk", "--offline"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=write_end,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    os.close(write_end)
    _, errors = process.communicate(b"OPEN\nOPEN\n", timeout=LONG_S)
    assert process.returncode == 1
    assert b"Traceback" not in errors
    assert b"What was accepted is kept" in errors
    assert answers(till(shop.home, "journal", "status"))[0]["last_seq"] == 2


def test_the_kiosk_never_loads_qt_or_a_camera(shop: Shop) -> None:
    script = (
        "import sys; from pos_app.__main__ import main; "
        f"status = main(['kiosk', '--home', {str(shop.home)!r}, '--offline']); "
        "print(status, [n for n in ('PySide6', 'cv2', 'zxingcpp', 'litestar') if n in sys.modules], file=sys.stderr)"
    )
    command = [command_line(shop.home, "kiosk")[0], "-c", script]
    done = subprocess.run(
        command,
        cwd=ROOT,
        input=b"OPEN\n",
        capture_output=True,
        env=environment(),
        timeout=LONG_S,
        check=False,
    )
    assert done.stderr.decode().splitlines()[-1] == "0 []"
    assert len(answers(done)) == 1


def test_the_log_holds_no_code_and_no_name(shop: Shop) -> None:
    till(shop.home, "kiosk", stdin=b"OPEN\nSECRETCODE99\n")
    log = (shop.home / "log" / "till.log").read_text(encoding="utf-8")
    assert "SECRETCODE99" not in log
    assert "OPEN" not in log


def test_a_disk_that_fills_up_in_the_middle_loses_nothing_that_was_said(shop: Shop) -> None:
    # The ballast is there already, and larger than anything that 60 sales write.
    size = max(file.stat().st_size for file in shop.home.iterdir() if file.name != "ballast")
    done = till(shop.home, "kiosk", "--offline", stdin=b"OPEN\n" * 60, largest_file=size + 64 * 1024)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert done.returncode == 1
    said = answers(done)
    assert len(said) == 60
    accepted = [one for one in said if one["verdict"] == "accept"]
    troubled = [one for one in said if one["verdict"] == "refuse"]
    assert accepted
    assert troubled
    assert all(one["message"] and one["advice"] and one["event"] is None for one in troubled)
    assert answers(till(shop.home, "journal", "verify"))[0]["ok"]
    assert till(shop.home, "kiosk", "--sync-and-exit").returncode == 0
    stored = [str(link.envelope.event) for link in shop.central.links()]
    assert [stored.count(one["event"]) for one in accepted] == [1] * len(accepted)


def test_without_standard_input_and_output_no_file_of_the_till_is_taken_for_them(shop: Shop) -> None:
    command = " ".join(shlex.quote(word) for word in command_line(shop.home, "kiosk", "--offline"))
    for closed in ("<&-", ">&-", "<&- >&-"):
        done = subprocess.run(
            ["sh", "-c", f"echo OPEN | {command} {closed}"],
            cwd=ROOT,
            capture_output=True,
            env=environment(),
            timeout=LONG_S,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        assert done.stdout == b""
    verified = answers(till(shop.home, "journal", "verify"))[0]
    assert (verified["ok"], verified["events"]) == (True, 1)


def test_a_central_of_another_version_stops_no_sale_and_loses_none(shop: Shop) -> None:
    shop.central.before = lambda _: problem(ProblemType.VERSION_UNKNOWN, 400)
    said = answers(till(shop.home, "kiosk", stdin=b"OPEN\nTWICE\nOPEN\n"))
    assert [(one["verdict"], one["reason"]) for one in said] == [
        ("accept", "ok"),
        ("refuse", "needs_office"),
        ("accept", "ok"),
    ]
    done = till(shop.home, "kiosk", "--sync-and-exit")
    assert done.returncode == 1
    assert b"Update the older of the two" in done.stderr
    shop.central.before = lambda _: None
    assert till(shop.home, "kiosk", "--sync-and-exit").returncode == 0
    stored = [str(link.envelope.event) for link in shop.central.links()]
    assert [stored.count(one["event"]) for one in said] == [1] * 3
