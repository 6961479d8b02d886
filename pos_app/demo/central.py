"""Central as a process of this machine: started, asked, stopped and started again on the same address."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sync.rules.user_error import UserError

START_LINE_BYTES = 4_096
STOP_TIMEOUT_S = 60
COMMAND_TIMEOUT_S = 120
LOG_TAIL_CHARS = 4_000
ROOT = Path(__file__).resolve().parents[2]


class LocalCentral:
    """One ``python -m sync.central serve``. ``url`` stays the same from start to start."""

    def __init__(self, data: Path, *, workers: int = 1, environment: dict[str, str] | None = None) -> None:
        self.data = data
        self.log = data.with_name(f"{data.name}.log")
        self.url = ""
        self._workers = workers
        self._environment = {**os.environ, **(environment or {}), "PYTHONPATH": str(ROOT)}
        self._process: subprocess.Popen[str] | None = None

    @property
    def process(self) -> subprocess.Popen[str]:
        """The running main process; an error while there is none."""
        if self._process is None:
            message = "central is not running"
            raise RuntimeError(message)
        return self._process

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._process is not None

    def start(self) -> None:
        """Start it and wait until it answers; the first start chooses a free port, later ones keep it."""
        port = self.url.rpartition(":")[2] or "0"
        self.data.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "sync.central", "serve", "--data", str(self.data), "--port", port]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*command, "--workers", str(self._workers), "--attached"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._environment,
            )
        line = process.stdout.readline(START_LINE_BYTES) if process.stdout else ""
        self._process = process
        if not line:
            self._reap()
            raise UserError(
                "central_not_started",
                f"Central ended with status {process.returncode} before it was ready.",
                f"Its own words: {self.log.read_text(errors='replace')[-LOG_TAIL_CHARS:].strip()}",
            )
        self.url = str(json.loads(line)["listening"])

    def stop(self) -> None:
        """Ask it to end in good order, and wait."""
        if self._process is not None:
            self._process.terminate()
            self._reap()

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        self.process.kill()
        self._reap()

    def admin(self, *words: str, given: str = "") -> dict[str, Any]:
        """Run an admin command (``given`` is its standard input); return the last object it printed."""
        return self.admin_lines(*words, given=given)[-1]

    def admin_lines(self, *words: str, given: str = "") -> list[dict[str, Any]]:
        """Run an admin command and return every object it printed; ``UserError`` when it failed."""
        done = subprocess.run(
            [sys.executable, "-m", "sync.central", "admin", *words, "--data", str(self.data)],
            input=given,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            env=self._environment,
            check=False,
        )
        if done.returncode != 0:
            raise UserError(
                "admin_failed", f"admin {words[0]} ended with {done.returncode}.", done.stderr.strip()
            )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _reap(self) -> None:
        process, self._process = self.process, None
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
