"""A way out of enrolling for whoever waits: open until the office's answer is taken, and never halfway."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync.rules.user_error import UserError


class WayOut:
    """Left from one thread while another enrols. Whoever leaves in time has changed nothing on this machine."""

    def __init__(self) -> None:
        """Begin with the way open."""
        self._lock = threading.Lock()
        self._break_off: Callable[[], None] | None = None
        self._left = self._closed = False

    def leave(self) -> bool:
        """Leave at once; False when the machine is a till already, and there is nothing to leave any more."""
        with self._lock:
            if self._closed:
                return False
            self._left = True
            if self._break_off is not None:
                self._break_off()
            return True

    @contextmanager
    def beside(self, break_off: Callable[[], None]) -> Iterator[None]:
        """Ask the office; whoever leaves meanwhile breaks the question off, whatever it then fails with."""
        with self._lock:
            self._look()
            self._break_off = break_off
        try:
            yield
        except UserError:
            with self._lock:
                self._look()
            raise
        finally:
            with self._lock:
                self._break_off = None

    def close(self) -> None:
        """Let nobody leave from now on: the answer is being taken."""
        with self._lock:
            self._look()
            self._closed = True

    def _look(self) -> None:
        if self._left:
            raise enrolment_left()


def enrolment_left() -> UserError:
    """Return what is said to whoever has left."""
    return UserError(
        "enrolment_left",
        "Enrolling was stopped; nothing has changed on this machine.",
        "The same code can be used here again. For another machine ask the office for a new one.",
    )
