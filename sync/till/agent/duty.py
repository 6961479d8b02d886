"""One thing that the agent does again and again, and when it is due."""

import threading
from typing import Protocol

from sync.rules.user_error import UserError
from sync.till.agent.backoff import Backoff
from sync.till.agent.board import Board
from sync.till.clock import Clock
from sync.till.office import Refused, Unreachable


class Duty(Protocol):
    """A duty does one bounded piece of work at a time."""

    name: str

    def step(self) -> int:
        """Do one piece; return after how many milliseconds there is more to do (0: at once).

        Raises ``UserError`` (all failures of the office are such) when it could not be done.
        """
        ...

    def glance(self) -> None:
        """Note what is new on the till itself, without central: called after a nudge while backing off."""
        ...


class Round:
    """A duty with its schedule: steps when due, backs off when it fails. One thread steps, any may nudge."""

    def __init__(self, duty: Duty, *, board: Board, clock: Clock, backoff: Backoff) -> None:
        """Be due at once."""
        self.duty = duty
        self._board = board
        self._clock = clock
        self._backoff = backoff
        self._lock = threading.Lock()
        self._nudged = False
        self._due_ms = clock.boottime_ms()
        self._not_before_ms = self._due_ms

    def wait_ms(self) -> int:
        """Return how long until there is something to do (0: now)."""
        with self._lock:
            return 0 if self._nudged else max(0, self._due_ms - self._clock.boottime_ms())

    def nudge(self) -> None:
        """Be due now; a duty that backs off only glances: news does not make a silent office answer."""
        with self._lock:
            self._nudged = True
            if self._backoff.failures == 0:
                self._due_ms = self._clock.boottime_ms()

    def retry_now(self) -> None:
        """Be due now whatever failed before: the office has just answered another duty.

        Where it has answered this one too, and said "later", that still holds: it is busy, not gone.
        """
        with self._lock:
            self._nudged = True
            now_ms = self._clock.boottime_ms()
            if now_ms >= self._not_before_ms:
                self._backoff.succeeded()
                self._due_ms = now_ms

    def step(self) -> None:
        """Do one piece of the duty and note when the next one is due."""
        with self._lock:
            due = self._clock.boottime_ms() >= self._due_ms
            self._nudged = False
        try:
            if not due:
                self.duty.glance()
                return
            wait_ms = self.duty.step()
        except UserError as error:
            self._board.missed(self.duty.name, error)
            if due:
                self._put_off(error)
            return
        with self._lock:
            self._backoff.succeeded()
            # What was nudged while the step was under way came too late for it.
            self._due_ms = self._clock.boottime_ms() + (0 if self._nudged else wait_ms)

    def _put_off(self, error: UserError) -> None:
        with self._lock:
            hopeless = isinstance(error, Refused)
            wait_ms = self._backoff.refused() if hopeless else self._backoff.failed()
            now_ms = self._clock.boottime_ms()
            self._due_ms = now_ms + wait_ms
            if isinstance(error, Unreachable) and error.retry_ms:
                self._due_ms = max(self._due_ms, now_ms + self._backoff.named(error.retry_ms))
                self._not_before_ms = self._due_ms
