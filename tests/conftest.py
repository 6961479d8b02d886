"""What holds for every test: off-screen, loopback only, own folders, no unexpected warning in the log."""

import gc
import logging
import os
import re
import signal
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["COUNTERSIGN_KEYRING"] = "file"

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

hypothesis.settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_log(pattern): warnings in the log that belong to this test")


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later look for rubbish: it stays, and there is a third of a second of it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Let the windows of a test go with it, on Qt's own thread: a later test's threads must not find their remains."""
    yield
    if isinstance(item, pytest.Function) and "qapp" in item.fixturenames:
        gc.collect()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Material that stands beside the project on its makers' machines; absent in a user's clone."""
    if not SHARED.is_dir():
        pytest.skip("the shared material does not stand beside this clone")
    return SHARED


OF_THE_PROCESS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SET_FOR_GOOD = {"PYTEST_CURRENT_TEST", "OPENCV_FFMPEG_LOGLEVEL"}
"""Variables that pytest sets for each test, and that our quieting of a library sets once for all."""


def _of_the_process() -> dict[str, object]:
    """What a test could leave to all that come after it in the same process."""
    log = logging.getLogger()
    return {
        "the folder": Path.cwd(),
        "the environment": {name: value for name, value in os.environ.items() if name not in SET_FOR_GOOD},
        "the signals": [signal.getsignal(each) for each in OF_THE_PROCESS],
        "the log's level": log.level,
        "the log's handlers": [
            each for each in log.handlers if not type(each).__module__.startswith("_pytest")
        ],
    }


@pytest.fixture(autouse=True)
def _process_as_it_was() -> Iterator[None]:
    """What a test leaves in the process is its own failure, not one of whichever test comes next."""
    before = _of_the_process()
    yield
    after = _of_the_process()
    assert not [name for name in before if before[name] != after[name]]


@pytest.fixture(autouse=True)
def _own_folders(_process_as_it_was: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the files of the person who runs it."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "xdg" / name.lower()))
    for name in [name for name in os.environ if name.startswith("COUNTERSIGN_")]:
        if name != "COUNTERSIGN_KEYRING":
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning that nobody announced is a failure: a quiet log is a log that people read."""
    yield
    expected = [re.compile(mark.args[0]) for mark in request.node.iter_markers("expects_log")]
    surprises = [
        f"{record.name}: {record.getMessage()}"
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING
        and not any(pattern.search(record.getMessage()) for pattern in expected)
    ]
    assert not surprises, f"unexpected in the log: {surprises}"


_connect = socket.socket.connect


def _connect_to_loopback_only(self: socket.socket, address: Any) -> None:
    host = address[0] if isinstance(address, tuple) else ""
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(host):
        message = f"a test tried to reach {address}; tests use loopback only"
        raise AssertionError(message)
    _connect(self, address)


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_to_loopback_only)
        yield
