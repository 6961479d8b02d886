"""Tells the story of the demo, one line a step, with the seconds since it began."""

import sys
import time

_TOPIC_WIDTH = 11


class Narrator:
    """Prints ``[ 12.3 s] topic       what happened``; on a terminal, progress overwrites its own line."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._open_line = False

    def say(self, topic: str, sentence: str) -> None:
        """Tell one thing that happened."""
        self._end_progress()
        print(f"[{self._seconds():5.1f} s] {topic:<{_TOPIC_WIDTH}} {sentence}", flush=True)

    def progress(self, topic: str, done: int, total: int) -> None:
        """Show how far something is; only a terminal sees it."""
        if sys.stdout.isatty() and total:
            self._open_line = True
            print(
                f"\r[{self._seconds():5.1f} s] {topic:<{_TOPIC_WIDTH}} {100 * done // total} %",
                end="",
                flush=True,
            )

    def _end_progress(self) -> None:
        if self._open_line:
            print("\r", end="")
            self._open_line = False

    def _seconds(self) -> float:
        return time.monotonic() - self._begun
