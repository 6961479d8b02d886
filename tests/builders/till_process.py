"""The till's commands as real processes."""

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

from tests.builders.patience import LONG_MS, LONG_S

ROOT = Path(__file__).resolve().parent.parent.parent


def till(
    home: Path, command: str, *words: str, stdin: bytes = b"", largest_file: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run one command to its end; ``largest_file`` is the size in bytes at which writing begins to fail."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        command_line(home, command, *words),
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=LONG_S,
        check=False,
        env=environment(),
        preexec_fn=limit,  # it only sets a limit, and no thread of ours runs in the child
    )


def answers(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """Read what a command printed: one JSON object a line."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def command_line(home: Path, command: str, *words: str) -> list[str]:
    return [sys.executable, "-m", "pos_app", command, "--home", str(home), *words]


def environment() -> dict[str, str]:
    """Return the environment of a till that is as patient with its office as the tests are with it.

    A cashier would not wait so long; but what a test says of a code that needs the office must not depend on how fast
    this machine answers. An office that is not there is known at once.
    """
    return {
        **os.environ,
        "PYTHONWARNINGS": "error::ResourceWarning",
        "LC_ALL": "C",
        "COUNTERSIGN_OFFICE_WAIT_MS": str(LONG_MS),
    }


class KioskProcess:
    """A kiosk that is spoken to line by line."""

    def __init__(self, home: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            command_line(home, "kiosk", *words),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        self.errors: list[bytes] = []
        self._answers: Queue[dict[str, Any] | None] = Queue()
        self._readers = [
            threading.Thread(target=self._read_answers, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def send(self, code: str) -> None:
        """Hand over one line without waiting for its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(code.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, code: str) -> dict[str, Any]:
        """Hand over one line and wait for its answer."""
        self.send(code)
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """Wait for the next answer."""
        answer = self._answers.get(timeout=LONG_S)
        assert answer is not None, b"".join(self.errors).decode()
        return answer

    def rest(self) -> Iterable[dict[str, Any]]:
        """Wait for the end of the process's output and return what was not fetched yet."""
        while (answer := self._answers.get(timeout=LONG_S)) is not None:
            yield answer

    def end(self) -> int:
        """End the input and wait for the process to stop by itself."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self._finish()

    def kill(self) -> int:
        """SIGKILL, as a pulled plug."""
        self.process.kill()
        return self._finish()

    def terminate(self) -> int:
        """SIGTERM, as a system that shuts down."""
        self.process.terminate()
        return self._finish()

    def _finish(self) -> int:
        status = self.process.wait(LONG_S)
        for reader in self._readers:
            reader.join(LONG_S)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue
        return status

    def _read_answers(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            # A killed process may leave half a line: what was not ended was not said.
            if line.endswith(b"\n"):
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)


@contextmanager
def kiosk(home: Path, *words: str) -> Iterator[KioskProcess]:
    """Run a kiosk for a block; whatever happens, no process is left."""
    running = KioskProcess(home, *words)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()
