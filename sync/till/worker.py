"""The one thread that owns the till's files: everything that touches them runs there, one after another."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Protocol, TypeVar

from sync.rules.user_error import UserError

T = TypeVar("T")

MAX_WAITING = 1_000
"""Pieces of work that may wait; far more than a till's threads can ask for at once."""

CALL_TIMEOUT_S = 10.0
"""How long a caller waits for its turn."""

RUNNING_TIMEOUT_S = 60.0
"""How long a caller waits further for work that has begun: it cannot be taken back any more."""

CLOSE_TIMEOUT_S = 30.0

IDLE_S = 1.0
"""After this long without work the idle work (a checkpoint) is done, so that no sale pays for it."""

log = logging.getLogger(__name__)


class FilesPort(Protocol):
    """Whoever runs work on the till's files."""

    def call(self, work: Callable[[], T], timeout_s: float = CALL_TIMEOUT_S) -> T:
        """Run work and return its result; what it raises travels to the caller."""
        ...

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Queue work and return at once."""
        ...

    def close(self) -> None:
        """Do what is queued, then stop."""
        ...


class Files:
    """The real one: a thread of its own, a bounded queue, and idle work when nothing waits."""

    def __init__(self, *, idle: Callable[[], object] | None = None) -> None:
        """Start the thread. ``idle`` is run on it once after each pause in the work."""
        self._queue: queue.Queue[tuple[Callable[[], object], Future[object]] | None] = queue.Queue(
            MAX_WAITING
        )
        self._idle = idle
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="till-files", daemon=True)
        self._thread.start()

    def call(self, work: Callable[[], T], timeout_s: float = CALL_TIMEOUT_S) -> T:
        """Run work on the files' thread and return its result; what it raises travels to the caller.

        Work that has not begun after ``timeout_s`` is taken back and never runs (``UserError("till_busy")``).
        Work that has begun is waited for, so that its outcome is known.
        """
        if threading.current_thread() is self._thread:
            return work()
        future = self.submit(work)
        try:
            return future.result(timeout_s)
        except FutureTimeoutError:
            if future.done():
                # The work itself ended with a time-out of its own.
                raise
            if future.cancel():
                raise UserError(
                    "till_busy", "The till is busy and did nothing.", "Try again in a moment."
                ) from None
        return self._wait_for_running(future)

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Queue work and return at once; raises ``UserError`` when the queue is full or closed."""
        if self._closed.is_set():
            raise UserError("till_closed", "The till is being closed.", "Start it again.")
        future: Future[T] = Future()
        try:
            self._queue.put_nowait((work, future))  # type: ignore[arg-type]  # one queue carries every result type
        except queue.Full:
            raise UserError(
                "till_busy", "The till is busy and did nothing.", "Try again in a moment."
            ) from None
        return future

    def when_idle(self, idle: Callable[[], object]) -> None:
        """Set the idle work, once the till that it belongs to is open."""
        self._idle = idle

    def close(self) -> None:
        """Do what is queued, then stop the thread. May be called twice."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._queue.put(None, timeout=CLOSE_TIMEOUT_S)
        self._thread.join(CLOSE_TIMEOUT_S)

    def _wait_for_running(self, future: "Future[T]") -> T:
        try:
            return future.result(RUNNING_TIMEOUT_S)
        except FutureTimeoutError:
            if future.done():
                raise
            raise UserError(
                "files_stuck",
                "The disk does not answer; whether this was recorded is not known yet.",
                "Do not repeat it. Restart the till: it then says what is recorded.",
            ) from None

    def _run(self) -> None:
        rested = True
        while True:
            try:
                item = self._queue.get(timeout=None if rested else IDLE_S)
            except queue.Empty:
                rested = True
                self._do_idle()
                continue
            if item is None:
                return
            rested = False
            _do(*item)

    def _do_idle(self) -> None:
        if self._idle is None:
            return
        try:
            self._idle()
        except Exception:
            log.exception("the idle work on the till's files failed")


class DirectFiles:
    """The same without a thread: for simulation, tests and tools that have only one."""

    def call(self, work: Callable[[], T], timeout_s: float = CALL_TIMEOUT_S) -> T:  # noqa: ARG002  # the port's form
        """Run work here and now."""
        return work()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Run work here and now; the future is done."""
        future: Future[T] = Future()
        _do(work, future)
        return future

    def close(self) -> None:
        """Nothing to stop."""


def _do(work: Callable[[], T], future: "Future[T]") -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001  # it travels to the caller, whatever it is
        future.set_exception(error)
    else:
        future.set_result(result)
