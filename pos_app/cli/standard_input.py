"""Lines from standard input that a signal can end at any time."""

import os
import signal
import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from types import FrameType

from pos_app.cli.line_splitter import InputLine, LineSplitter

MAX_WAITING_LINES = 256
"""How many lines are read ahead; beyond that the writer waits, as it should."""

LOOK_S = 0.5
"""A signal that arrives just before the wait begins does not end it; so the wait ends by itself now and then."""

_READ_BYTES = 64 * 1024
_STOP_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


class StandardInput:
    """Reads in a thread of its own, so that a signal is heard on every platform while no line comes.

    The thread uses the bare file descriptor and is a daemon: a read that never returns keeps no process
    alive and holds no lock of Python's own files.
    """

    def __init__(self, descriptor: int = 0) -> None:
        """Read from a file descriptor; nothing begins before :meth:`lines`."""
        self._descriptor = descriptor
        self._queue: SimpleQueue[InputLine | None] = SimpleQueue()
        self._room = threading.Semaphore(MAX_WAITING_LINES)
        self.stopped = False

    def stop_on_signals(self) -> None:
        """Let SIGTERM, SIGINT and their kin end :meth:`lines` after the line that is being worked on."""
        for name in _STOP_SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                signal.signal(number, self._stop)

    def lines(self) -> Iterator[InputLine]:
        """Yield each line until the input ends or a signal came."""
        threading.Thread(target=self._read, name="standard-input", daemon=True).start()
        while not self.stopped:
            try:
                line = self._queue.get(timeout=LOOK_S)
            except Empty:
                continue
            if line is None or self.stopped:
                return
            self._room.release()
            yield line

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped = True
        self._queue.put(None)

    def _read(self) -> None:
        splitter = LineSplitter()
        while True:
            try:
                chunk = os.read(self._descriptor, _READ_BYTES)
            except OSError:  # the terminal or the pipe is gone: the same as its end
                chunk = b""
            for line in splitter.feed(chunk) if chunk else splitter.end():
                self._room.acquire()
                self._queue.put(line)
            if not chunk:
                self._queue.put(None)
                return
