"""An HTTP server on loopback that answers as a test tells it: also with what no central would ever send."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import msgspec

from sync.protocol.problems import PROBLEM_MEDIA_TYPE, Problem
from sync.protocol.wire import MEDIA_TYPE, pack


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back. ``raw`` is sent as it is, without any HTTP; ``cut`` sends only so many bytes."""

    status: int = 200
    media_type: str = MEDIA_TYPE
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cut: int | None = None


Answer = Callable[[Heard], Reply]


def message(content: object) -> Reply:
    """Make the reply that central would send with this message."""
    return Reply(body=pack(content))


def problem(kind: str, status: int, title: str = "No", detail: str = "") -> Reply:
    """Make the reply that central would send with this problem."""
    body = msgspec.json.encode(Problem(type=kind, title=title, status=status, detail=detail))
    return Reply(status=status, media_type=PROBLEM_MEDIA_TYPE, body=body)


class TalkingServer:
    """The running server: ``url``, what it ``heard``, and how it answers (``answer`` may be replaced)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.heard: list[Heard] = []
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are written apart: without this the second waits 40 ms for the first to be acknowledged.
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                outer._serve(self)

            def do_POST(self) -> None:
                outer._serve(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def paths(self) -> list[str]:
        return [heard.path for heard in self.heard]

    def hang(self, _: Heard) -> Reply:
        """An answer that does not come before the server is closed (or ``released`` is set)."""
        self.released.wait()
        return Reply(raw=b"")

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        heard = Heard(
            method=handler.command,
            path=parts.path,
            query={name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
            headers=dict(handler.headers.items()),
            body=handler.rfile.read(int(handler.headers.get("Content-Length", "0"))),
        )
        self.heard.append(heard)
        reply = self.answer(heard)
        if reply.raw is not None:
            handler.wfile.write(reply.raw)
            handler.close_connection = True
            return
        handler.send_response_only(reply.status)
        for name, value in {
            "Content-Type": reply.media_type,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(reply.body[: reply.cut])
        handler.close_connection = reply.cut is not None


@contextmanager
def talking_server(answer: Answer) -> Iterator[TalkingServer]:
    """Run a server for a test."""
    server = TalkingServer(answer)
    try:
        yield server
    finally:
        server.close()
