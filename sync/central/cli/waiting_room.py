"""Who asks while the office still migrates its database hears "not yet" (503), and no silence.

Readiness (``/health``) is refused like everything else; ``/health/live`` answers 200, because a migration that takes
its time is no reason to kill the process.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sync.central.cli.listening import Address
from sync.protocol.problems import PROBLEM_MEDIA_TYPE, ProblemType

LIVE = "/health/live"
RETRY_AFTER_S = 2
READ_TIMEOUT_S = 5.0
"""How long somebody may take for their request: nobody holds the end of the migration up."""
_POLL_S = 0.05


@contextmanager
def waiting_room(address: Address) -> Iterator[None]:
    """Answer on an address that is claimed, until the workers do."""
    server = _Room(address)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="waiting room", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Room(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: Address) -> None:
        self.address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        super().__init__((address.host, address.port), _Answer, bind_and_activate=False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.server_bind()
        self.server_activate()

    def server_bind(self) -> None:
        """Bind without asking a name server who we are, as the parent does."""
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Somebody who hangs up is nothing to tell of."""


class _Answer(BaseHTTPRequestHandler):
    timeout = READ_TIMEOUT_S

    def do_GET(self) -> None:
        """Answer, and close: the next connection finds the workers."""
        live = self.path.partition("?")[0] == LIVE
        status = HTTPStatus.OK if live else HTTPStatus.SERVICE_UNAVAILABLE
        body = json.dumps({"status": "starting"} if live else _PROBLEM).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if live else PROBLEM_MEDIA_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        if not live:
            self.send_header("Retry-After", str(RETRY_AFTER_S))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing: the log is JSON, and this is no news."""


_PROBLEM = {
    "type": ProblemType.BUSY.value,
    "title": "The office is starting.",
    "status": HTTPStatus.SERVICE_UNAVAILABLE.value,
    "detail": "It brings its database up to date. Try again in a moment.",
    "retry_after_s": RETRY_AFTER_S,
}
