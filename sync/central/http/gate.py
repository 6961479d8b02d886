"""Back-pressure: beyond a number of requests at once the office says "later" at once, instead of queueing."""

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from sync.central.services.refusal import busy

MAX_AT_ONCE = 200
"""Requests under way in one process. Each waits for one of ten database connections, so that the last one in
line waits a few hundred milliseconds; long polls are counted by their own bell."""
MAX_UPLOADS = 600
"""Uploads under way in one process, nearly all of them waiting for their turn with what they brought."""
MAX_SCANS = 2_000
"""Scans of vouchers under way in one process: they are stored hundreds at a time, and a poster is seen by many."""

_UPLOAD = "/sync/v1/journal"
_SCAN = "/scan"
_UNCOUNTED = ("/sync/v1/feed", "/health", "/health/live")


class Gate(ASGIMiddleware):
    """Counts the requests that are under way."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, limit: int = MAX_AT_ONCE) -> None:
        """Let ``limit`` requests in at once."""
        self._limit = limit
        self._inside = 0
        self._uploads = 0
        self._scans = 0

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let a request pass, or refuse it with 503 and ``Retry-After``."""
        if scope["path"] in _UNCOUNTED:
            await next_app(scope, receive, send)
            return
        if scope["path"] == _UPLOAD:
            await self._upload(scope, receive, send, next_app)
            return
        if scope["path"].endswith(_SCAN):
            await self._scan(scope, receive, send, next_app)
            return
        if self._inside >= self._limit:
            raise busy("Too many requests are under way.", retry_after_s=1)
        self._inside += 1
        try:
            await next_app(scope, receive, send)
        finally:
            self._inside -= 1

    async def _upload(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if self._uploads >= MAX_UPLOADS:
            raise busy("Too many tills are handing over what they recorded.", retry_after_s=1)
        self._uploads += 1
        try:
            await next_app(scope, receive, send)
        finally:
            self._uploads -= 1

    async def _scan(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if self._scans >= MAX_SCANS:
            raise busy("Too many vouchers are being scanned at this moment.", retry_after_s=1)
        self._scans += 1
        try:
            await next_app(scope, receive, send)
        finally:
            self._scans -= 1
