import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from sync.central.cli import listening
from sync.central.cli.listening import Address, claim_address
from sync.central.postgres.ownership import owned_server, serving
from sync.protocol.enrolment import read_enrolment_qr
from sync.rules.user_error import UserError
from tests.builders.central_process import CLONE, CentralProcess, start_central
from tests.builders.patience import LONG_MS, LONG_S
from tests.builders.postgres import enterable_place

MORE_THAN_BY_DEFAULT = 1_100
"""Connections; the web server's own choice is to serve 1,024 of them."""


@contextmanager
def a_central(folder: Path, *, workers: int = 1) -> Iterator[CentralProcess]:
    with closing(start_central(folder, workers=workers)) as central:
        yield central


def serve(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sync.central", "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=LONG_S,
        cwd=CLONE,
        check=False,
    )


def test_central_serves_its_data_and_commands_work_beside_it(tmp_path: Path) -> None:
    with a_central(tmp_path, workers=2) as central:
        with urllib.request.urlopen(f"{central.url}/health") as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{central.url}/schema/openapi.json") as answer:
            assert "paths" in json.load(answer)
        network = central.admin(
            "create-network", "--name", "Chain", "--owner-email", "o@example.com", "--password-stdin",
            given="long enough",
        )  # fmt: skip
        restaurant = central.admin(
            "create-restaurant", "--network", str(network["network_id"]), "--name", "R"
        )
        made = central.admin("enrolment", "--restaurant", str(restaurant["restaurant_id"]), "--till", "Bar")
        # The tills are led to the address on which central listens now.
        assert read_enrolment_qr(made["qr_text"]) == (central.url, made["code"])

        second = serve("--data", str(central.data), "--port", "0")
        assert second.returncode == 1
        assert "already running" in second.stderr
        assert central.url in second.stderr

        port = central.url.rpartition(":")[2]
        beside = serve("--data", str(tmp_path / "other"), "--port", port)
        assert beside.returncode == 1
        assert f"port {port}" in beside.stderr

        process = central.process
        central.stop()
        assert process.returncode == 0
        assert serving(central.data) is None


def test_sigkill_of_central_leaves_no_child_and_loses_nothing(tmp_path: Path) -> None:
    with a_central(tmp_path, workers=2) as central:
        central.admin(
            "create-network", "--name", "Chain", "--owner-email", "o@example.com", "--password-stdin",
            given="long enough",
        )  # fmt: skip
        watched = [os.pidfd_open(child) for child in children_of(central.process.pid)]
        assert len(watched) >= 3
        central.kill()
        for descriptor in watched:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            assert poll.poll(LONG_MS), "a child outlives central"
            os.close(descriptor)
        with enterable_place(), owned_server(central.data):
            # To own the data means that no process of the former PostgreSQL is left.
            assert serving(central.data) is not None
        central.restart()
        names = [row["name"] for row in central.rows("SELECT name FROM networks")]
        assert names == ["Chain"]


def children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *children_of(int(child))]
    return found


def test_central_that_is_stopped_while_it_starts_leaves_in_good_order(tmp_path: Path) -> None:
    with (
        enterable_place(),
        subprocess.Popen(
            [sys.executable, "-m", "sync.central", "serve", "--data", str(tmp_path / "c"), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CLONE,
        ) as process,
    ):
        started = tmp_path / "c" / "secret.key"
        while not started.exists():
            assert process.poll() is None
            os.sched_yield()
        process.send_signal(signal.SIGTERM)
        printed, said = process.communicate(timeout=LONG_S)
        assert process.returncode != 0 or not printed
        assert "Traceback" not in said
        with owned_server(tmp_path / "c"):
            pass


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--port", "x"), ("--workers", "0")])
def test_an_impossible_option_is_refused_before_anything_starts(
    tmp_path: Path, arguments: tuple[str, str]
) -> None:
    done = serve("--data", str(tmp_path / "data"), *arguments)
    assert done.returncode == 2
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COUNTERSIGN_MAIL", "mail.example.com"),
        ("COUNTERSIGN_SMS", "pigeons"),
        ("COUNTERSIGN_RATES", "wrong_codes=many"),
        ("COUNTERSIGN_TRUSTED_PROXIES", "everybody"),
        ("COUNTERSIGN_BODY_S", "soon"),
    ],
)
def test_a_setting_that_does_not_fit_is_said_once_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    done = serve("--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "postgres").exists()


def test_an_address_that_is_none_is_said() -> None:
    with pytest.raises(UserError) as caught, claim_address("no.such.host.invalid", 0):
        pass
    assert caught.value.reason == "address_unusable"


def test_a_port_is_held_until_it_is_used() -> None:
    with (
        claim_address("127.0.0.1", 0) as address,
        pytest.raises(UserError) as caught,
        claim_address("127.0.0.1", address.port),
    ):
        pass
    assert caught.value.reason == "address_taken"


def test_an_attached_central_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    """The starter prints central's process and its address, and is then killed."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=CLONE
    )
    assert starter.stdout is not None
    with starter.stdout as said:
        central = os.pidfd_open(int(said.readline()))
    starter.kill()
    starter.wait()
    try:
        gone = select.poll()
        gone.register(central, select.POLLIN)
        assert gone.poll(LONG_MS), "central outlived the program that it was attached to"
    finally:
        os.close(central)
    with owned_server(tmp_path / "central") as free:
        assert free.dsn


STARTER = """
import sys, time
from pathlib import Path
from tests.builders.central_process import start_central
central = start_central(Path(sys.argv[1]))
print(central.process.pid, flush=True)
time.sleep(600)
"""


def test_every_one_of_many_open_connections_is_answered(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with a_central(tmp_path) as central, ExitStack() as opened:
            where = urllib.parse.urlsplit(central.url)
            address = (where.hostname or "", where.port or 0)
            for _ in range(MORE_THAN_BY_DEFAULT):
                connection = opened.enter_context(socket.create_connection(address, timeout=LONG_S))
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: central\r\n\r\n")
                # It stays open, as a till's does.
                assert connection.recv(12) == b"HTTP/1.1 200"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.expects_log("its address is told to nobody")
def test_an_office_that_never_answers_is_said_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listening, "HEALTHY_TIMEOUT_S", 0.0)
    with claim_address("127.0.0.1", 0) as address:
        assert not listening.wait_until_healthy(address)
    assert "its address is told to nobody" in caplog.text


def test_an_office_that_comes_late_is_announced_as_soon_as_it_stands() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow, ThreadPoolExecutor(1) as other:
        healthy = other.submit(listening.wait_until_healthy, Address("127.0.0.1", slow.getsockname()[1]))
        # It hangs up, then says that it is not there yet, then answers.
        for said in (b"", b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"):
            line, _ = slow.accept()
            with line:
                line.recv(4096)
                line.sendall(said)
        assert healthy.result(LONG_S)
