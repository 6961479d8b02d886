"""The real central as a real process on its embedded PostgreSQL, for tests that must not know the difference.

``start_central(folder)`` for a test that kills and restarts it; the fixture ``central_process`` for one that
many tests share (import it in the ``conftest.py`` of the folder that needs it).
"""

import asyncio
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from sync.central.cli.main import main
from sync.central.postgres.cluster import PLACE_VARIABLE

STOP_TIMEOUT_S = 60
COMMAND_TIMEOUT_S = 120
LOG_TAIL_CHARS = 4_000
CLONE = Path(__file__).resolve().parents[2]


class CentralProcess:
    """A running ``python -m sync.central serve``. ``url`` stays the same through :meth:`restart`."""

    def __init__(self, folder: Path, *, workers: int = 1) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "central"
        self.log = folder / "central.log"
        self._workers = workers
        # When root runs the tests, PostgreSQL runs as another account and must be able to enter its files.
        self._place = Path(tempfile.mkdtemp(prefix="countersign-place-"))
        self._place.chmod(0o755)
        self._environment = {**os.environ, PLACE_VARIABLE: str(self._place), "PYTHONPATH": str(CLONE)}
        self._process: subprocess.Popen[str] | None = None
        try:
            self.url = self._start(port=0)
        except BaseException:
            self.close()
            raise

    def admin(self, *arguments: str, given: str = "") -> dict[str, Any]:
        """Run an admin command as a process (``given`` is its stdin); return the last JSON it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "sync.central", "admin", *arguments, "--data", str(self.data)],
            input=given,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            env=self._environment,
            cwd=CLONE,
            check=False,
        )
        assert done.returncode == 0, f"admin {arguments} ended with {done.returncode}: {done.stderr}"
        return _printed(done.stdout)[-1]

    def admin_here(self, *arguments: str, given: str = "") -> list[dict[str, Any]]:
        """Run an admin command in this process, which saves its start; return all that it printed."""
        output, errors = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
            status = main(["admin", *arguments, "--data", str(self.data)])
        assert status == 0, f"admin {arguments} ended with {status}: {errors.getvalue()}"
        return _printed(output.getvalue())

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Return rows of its PostgreSQL, past row-level security."""
        return asyncio.run(_rows(self.dsn(), statement, values))

    def dsn(self) -> str:
        """Return where its PostgreSQL listens."""
        return str(json.loads((self.data / "running.json").read_text())["dsn"])

    @property
    def process(self) -> subprocess.Popen[str]:
        """The main process; an assertion fails while it is not running."""
        assert self._process is not None
        return self._process

    def kill(self) -> None:
        """End it by SIGKILL, in the middle of whatever it does."""
        self.process.kill()
        self._reap()

    def stop(self) -> None:
        """Ask it to end in good order."""
        self.process.send_signal(signal.SIGTERM)
        self._reap()

    def restart(self) -> None:
        """Start it again on the same files and the same address, after :meth:`kill` or :meth:`stop`."""
        if self._process is not None:
            self.stop()
        self._start(port=int(self.url.rpartition(":")[2]))

    def close(self) -> None:
        """Stop it if it runs, and remove what lies outside its folder."""
        if self._process is not None:
            self.stop()
        shutil.rmtree(self._place, ignore_errors=os.geteuid() != 0)

    def _start(self, port: int) -> str:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    sys.executable, "-m", "sync.central", "serve", "--data", str(self.data),
                    "--port", str(port), "--workers", str(self._workers),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._environment,
                cwd=CLONE,
            )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.wait(STOP_TIMEOUT_S)
            process.stdout.close()
            tail = self.log.read_text(errors="replace")[-LOG_TAIL_CHARS:]
            message = f"central ended with {process.returncode} before it was ready: {tail}"
            raise AssertionError(message)
        self._process = process
        return str(json.loads(line)["listening"])

    def _reap(self) -> None:
        process, self._process = self.process, None
        process.wait(STOP_TIMEOUT_S)
        assert process.stdout is not None
        process.stdout.close()


def start_central(folder: Path, *, workers: int = 1) -> CentralProcess:
    """Start central on a folder of its own; whoever starts it calls ``close``."""
    return CentralProcess(folder, workers=workers)


@pytest.fixture(scope="session")
def central_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralProcess]:
    """One central for all tests of a test process; each makes its own network."""
    central = start_central(tmp_path_factory.mktemp("central"))
    try:
        yield central
    finally:
        central.close()


async def _rows(dsn: str, statement: str, values: tuple[object, ...]) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()


def _printed(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]
