"""Central as real processes: `serve` as a person starts it, on a database of the test."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.central.secrets import Secrets, load_secrets
from tests.builders.patience import LONG_S


@dataclass(frozen=True)
class Served:
    """A running office."""

    url: str
    secrets: Secrets
    process: "subprocess.Popen[str]"

    def children(self) -> list[int]:
        """The process ids of its workers."""
        # The kernel's own list of children may leave some out while others come and go; this does not.
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == self.process.pid and _is_worker((folder / "cmdline").read_bytes()):
                    found.append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found


def _is_worker(command_line: bytes) -> bool:
    """Granian gives its workers a name of their own where setproctitle is installed."""
    return b"spawn_main" in command_line or (
        command_line.startswith(b"granian") and b"worker-" in command_line
    )


@contextmanager
def served_central(
    dsn: str, data: Path, *, workers: int = 1, settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Start `python -m sync.central serve` and stop it at the end; its log is a failure's last words.

    ``settings`` are variables of its environment.
    """
    command = [sys.executable, "-m", "sync.central", "serve", "--dsn", dsn, "--data", str(data)]
    command += ["--port", "0", "--workers", str(workers)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
    environment |= settings or {}
    with (data / "central.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                log.seek(0)
                raise AssertionError(log.read())
            yield Served(json.loads(line)["listening"], load_secrets(data), process)
        finally:
            process.terminate()
            process.wait(LONG_S)
            assert process.stdout is not None
            process.stdout.close()
