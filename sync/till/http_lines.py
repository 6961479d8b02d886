"""The sockets on which the office is being asked just now, so that they can be cut when the till closes.

A long poll waits half a minute for its answer, and nothing in ``requests`` ends one from another thread. Each
connection therefore writes down its socket while it is open.
"""

import socket
import threading
import weakref
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter


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


class LineAdapter(HTTPAdapter):
    """An adapter of ``requests`` that keeps one connection and writes down its socket."""

    def __init__(self, lines: OpenLines) -> None:
        """Take where to write sockets down."""
        self._lines = lines
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *named: Any, **more: Any) -> Any:  # noqa: ANN401 - as requests has it
        """Return the pool, whose connections write down their sockets."""
        pool: Any = super().get_connection_with_tls_context(*named, **more)
        if not hasattr(pool.ConnectionCls, "lines"):
            pool.ConnectionCls = _listed(pool.ConnectionCls, self._lines)
        return pool


def _listed(kind: Any, lines: OpenLines) -> Any:  # noqa: ANN401 - urllib3 has three unrelated kinds
    """Return the same kind of connection, which adds its socket to ``lines`` when it is made."""

    def connect(self: Any) -> None:  # noqa: ANN401 - one of those kinds
        kind.connect(self)
        lines.add(self.sock)

    return type(kind.__name__, (kind,), {"connect": connect, "lines": lines})


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        # The plain socket's own: an encrypted one would first take its encryption off under its reader's feet.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
