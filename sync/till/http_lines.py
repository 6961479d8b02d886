"""The sockets on which the office is being asked just now, so that they can be cut when the till closes.

A long poll waits half a minute for its answer, and nothing in ``requests`` ends one from another thread. Each
connection therefore writes down its socket while it is open.
"""

import socket
import threading
import weakref
from contextlib import suppress


class OpenLines:
    """Sockets that are connected now; once broken off, no further one comes to be used."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._over = False

    def add(self, line: socket.socket) -> None:
        """Write down a socket that was just connected."""
        with self._lock:
            self._sockets.add(line)
            if self._over:
                _cut(line)

    def break_off(self) -> None:
        """Cut every line; whoever reads from one hears at once that it is gone."""
        with self._lock:
            self._over = True
            for line in list(self._sockets):
                _cut(line)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        # The plain socket's own: an encrypted one would first take its encryption off under its reader's feet.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
