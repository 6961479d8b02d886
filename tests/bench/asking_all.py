"""Many requests at once from one process: so many connections, each asking again as soon as it is answered."""

import asyncio
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import uvloop

from tests.bench.timing import MS_PER_S


class Answer(NamedTuple):
    """How long one answer took, its status, and what it said."""

    ms: float
    status: int
    body: bytes


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Write one request out, so that sending it costs nothing while others are timed."""
    told = {"Host": "central", "Content-Type": "application/json", "Content-Length": str(len(body))} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def ask_all(url: str, requests: Sequence[bytes], *, connections: int) -> list[Answer]:
    """Send all requests over so many connections, which are open before the first one goes out."""
    where = urllib.parse.urlsplit(url)
    return uvloop.run(_ask(where.hostname or "", where.port or 80, iter(requests), connections))


async def _ask(host: str, port: int, requests: Iterator[bytes], connections: int) -> list[Answer]:
    loop = asyncio.get_running_loop()
    answers: list[Answer] = []
    lines = [
        (await loop.create_connection(lambda: _Line(requests, answers), host, port))[1]
        for _ in range(connections)
    ]
    for line in lines:
        line.ask()
    await asyncio.gather(*(line.done for line in lines))
    for line in lines:
        line.transport.close()
    return answers


class _Line(asyncio.Protocol):
    """One connection."""

    transport: asyncio.Transport

    def __init__(self, requests: Iterator[bytes], answers: list[Answer]) -> None:
        self._requests, self._answers = requests, answers
        self._read, self._begun = b"", 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self.transport = cast("asyncio.Transport", transport)

    def ask(self) -> None:
        following = next(self._requests, None)
        if following is None:
            self.done.set_result(None)
            return
        self._begun = time.perf_counter()
        self.transport.write(following)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head = self._read.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._read.lower().find(b"content-length:", 0, head) + len(b"content-length:")
        end = head + 4 + int(self._read[at : self._read.find(b"\r", at)])
        if len(self._read) < end:
            return
        spent = (time.perf_counter() - self._begun) * MS_PER_S
        self._answers.append(Answer(spent, int(self._read[9:12]), self._read[head + 4 : end]))
        self._read = b""
        self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))
