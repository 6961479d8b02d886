"""One running till process: given codes, listened to, killed."""

import json
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any

MAX_READ_BYTES = 64 * 1024


class Kiosk:
    """A child process that reads codes and writes answers. Belongs to one thread."""

    def __init__(self, number: int, *, stdin: int, stdout: int, gone: Callable[[int], None]) -> None:
        """Take over both pipes; ``gone`` is told when the process has been waited for."""
        self.number = number
        self.answers: list[dict[str, Any]] = []
        self._stdin, self._stdout = stdin, stdout
        self._gone = gone
        self._rest = b""
        self._ended = False

    def send(self, codes: list[str]) -> None:
        """Hand over lines; a till that is dead already takes none."""
        try:
            os.write(self._stdin, "".join(f"{code}\n" for code in codes).encode())
        except BrokenPipeError:
            return

    def end_input(self) -> None:
        """Say that no more codes come."""
        if self._stdin >= 0:
            os.close(self._stdin)
            self._stdin = -1

    def hear(self, count: int, within_s: float) -> bool:
        """Read until ``count`` answers have come altogether; False when they did not come in time."""
        deadline = time.monotonic() + within_s
        while len(self.answers) < count and not self._ended:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._stdout], [], [], left)[0]:
                return False
            self._read()
        return len(self.answers) >= count

    def kill(self) -> int:
        """SIGKILL, and read what was written before it (half a line was not said); how it ended."""
        os.kill(self.number, signal.SIGKILL)
        return self._finish()

    def stop(self, within_s: float) -> int | None:
        """Let it end by itself; its status, or None when it did not end and had to be killed."""
        self.end_input()
        self.hear(2**63, within_s)
        if not self._ended:
            self.kill()
            return None
        return self._finish()

    def _finish(self) -> int:
        while not self._ended:
            self._read()
        _, status = os.waitpid(self.number, 0)
        self._gone(self.number)
        self.end_input()
        os.close(self._stdout)
        return os.waitstatus_to_exitcode(status)

    def _read(self) -> None:
        piece = os.read(self._stdout, MAX_READ_BYTES)
        self._ended = not piece
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self.answers += [json.loads(line) for line in lines]
