"""A session of ``requests`` as a till wants it: one kept connection, its own authorisation, its socket written down."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from sync.till.http_lines import OpenLines
from sync.till.outcomes import SCHEMES


def open_session(lines: OpenLines, *, loopback: bool) -> requests.Session:
    """Open one for one thread; nothing is connected yet."""
    session = requests.Session()
    # A proxy of the environment never stands between a machine and itself.
    session.trust_env = not loopback
    adapter = LineAdapter(lines)
    for scheme in SCHEMES:
        session.mount(f"{scheme}://", adapter)
    return session


class Bearer(AuthBase):
    """Our own authorisation or none: a ``.netrc`` of the machine must not put another one in its place."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put it into the request's head."""
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


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
