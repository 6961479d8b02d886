"""A text message provider on loopback: takes messages over HTTP, and refuses when it is told to."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass
class SmsGateway:
    """What came in: (headers, fields). ``status`` is what it answers."""

    url: str = ""
    status: int = 202
    taken: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)

    @property
    def last_text(self) -> str:
        fields = self.taken[-1][1]
        return fields.get("text") or fields["Body"]

    @property
    def last_code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.last_text)
        assert found is not None
        return found[0]


@contextmanager
def sms_gateway() -> Iterator[SmsGateway]:
    gateway = SmsGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Type"] == "application/json":
                fields = json.loads(body)
            else:
                fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            gateway.taken.append((dict(self.headers), {"path": self.path, **fields}))
            self.send_response(gateway.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/messages?v=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
