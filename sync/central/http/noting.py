"""A line in the log for each request: who (as the audit log names them), which route, what came of it, how long.

The route is the template (``/api/guest/{guest_id}``), never the address: a path or query may hold a code. Callers are
numbers. The id of a request is made here, goes back in the header ``X-Request-Id``, and stands in every line that is
logged while it is served.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from litestar import Litestar

from sync.central.http.callers import TillCaller
from sync.central.logs import serving
from sync.central.services.login import GuestCaller, Person

REQUEST_HEADER = b"x-request-id"
QUIET = frozenset({"/health", "/health/live"})
"""Asked every few seconds by whoever watches; their answers are logged only when they are bad."""
_BAD = 500
_GONE = 499
"""No answer began: the caller hung up first."""
_log = logging.getLogger(__name__)

Message = dict[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Noting:
    """The application, with a note of every request that has ended: also of those that found no route."""

    def __init__(self, app: Litestar) -> None:
        """Stand before ``app``."""
        self._app: Any = app
        self.state = app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and note it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, request = time.perf_counter(), _GONE, uuid4().hex
        token = serving.set(request)

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (REQUEST_HEADER, request.encode())]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            _note(scope, status, (time.perf_counter() - began) * 1000)
            serving.reset(token)


def _note(scope: Scope, status: int, took_ms: float) -> None:
    route = scope.get("path_template") or "unknown path"
    if route in QUIET and status < _BAD:
        return
    _log.info(
        "%s %s",
        scope.get("method", ""),
        route,
        extra={"caller": named(scope.get("auth")), "status": int(status), "ms": round(took_ms, 1)},
    )


def named(caller: Any) -> str:  # noqa: ANN401 - what the guard left in the scope, whoever it was
    """Name a caller as the audit log does, with the network; nobody known is ``nobody``."""
    if isinstance(caller, TillCaller):
        return f"{caller.till.network} till:{caller.till.till}"
    if isinstance(caller, Person | GuestCaller):
        return f"{caller.network} {caller.actor}"
    return "nobody"
