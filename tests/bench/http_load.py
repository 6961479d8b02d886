"""A load generator for small JSON requests: many kept-open connections, one process, as little work as possible.

``python -m tests.bench.http_load`` reads one JSON object on stdin: ``host``, ``port``, ``path``, ``headers``,
``connections``, ``seconds``, ``warm_up_s``, ``rate`` (requests a second over all connections, 0: each connection
asks again as soon as it is answered), ``codes`` (texts to choose from), ``keys`` (whether each request has an
idempotency key of its own) and ``expected`` (what a right answer contains). It writes one JSON object.
"""

import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter
from typing import Any

import uvloop

MS = 1000


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, load: "_Load") -> None:
        self.load = load
        self.begun = 0.0
        self.read = b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, due: float) -> None:
        self.begun = due
        self.transport.write(self.load.request())

    def data_received(self, data: bytes) -> None:
        self.read = self.read + data if self.read else data
        head = self.read.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self.read.lower().find(b"content-length:", 0, head) + 15
        size = int(self.read[at : self.read.find(b"\r", at)])
        if len(self.read) < head + 4 + size:
            return
        answer, self.read = self.read, b""
        self.load.answered(self, answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.load.ended:
            self.load.wrong["connection lost"] += 1


class _Load:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.expected = [text.encode() for text in plan["expected"]]
        self.begin = (
            f"POST {plan['path']} HTTP/1.1\r\nHost: central\r\nContent-Type: application/json\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in plan["headers"].items())
        ).encode()
        self.bodies = [b'{"code":"%s"}' % code.encode() for code in plan["codes"]]
        self.run = random.getrandbits(48)
        self.numbers = itertools.count()
        self.waits: list[float] = []
        self.wrong: Counter[str] = Counter()
        self.refused = 0
        self.measuring = self.ended = False
        self.idle: list[_Connection] = []
        self.due: list[float] = []

    def request(self) -> bytes:
        body = random.choice(self.bodies)
        key = b""
        if self.plan["keys"]:
            key = b"Idempotency-Key: %x-%d\r\n" % (self.run, next(self.numbers))
        return b"%s%sContent-Length: %d\r\n\r\n%s" % (self.begin, key, len(body), body)

    def answered(self, connection: _Connection, answer: bytes) -> None:
        now = time.perf_counter()
        if self.measuring:
            self.waits.append(now - connection.begun)
        if not any(text in answer for text in self.expected):
            self.wrong[answer[:300].decode("latin-1")] += 1
        elif self.expected[0] not in answer:
            self.refused += self.measuring
        if self.ended:
            return
        if not self.plan["rate"]:
            connection.ask(now)
        elif self.due:
            connection.ask(self.due.pop(0))
        else:
            self.idle.append(connection)

    async def pace(self) -> None:
        """Let requests fall due evenly; a late answer delays none of them, and counts from when it was due."""
        begun, sent = time.perf_counter(), 0
        while not self.ended:
            now = time.perf_counter()
            wanted = int((now - begun) * self.plan["rate"])
            for number in range(sent, wanted):
                due = begun + number / self.plan["rate"]
                if self.idle:
                    self.idle.pop().ask(due)
                else:
                    self.due.append(due)
            sent = wanted
            await asyncio.sleep(0.002)


async def _run(plan: dict[str, Any]) -> dict[str, Any]:
    load, loop = _Load(plan), asyncio.get_running_loop()
    connections = []
    for _ in range(plan["connections"]):
        _, connection = await loop.create_connection(lambda: _Connection(load), plan["host"], plan["port"])
        connections.append(connection)
    pacing = None
    if plan["rate"]:
        load.idle = connections
        pacing = asyncio.create_task(load.pace())
    else:
        for connection in connections:
            connection.ask(time.perf_counter())
    await asyncio.sleep(plan["warm_up_s"])
    load.measuring, begun = True, time.perf_counter()
    await asyncio.sleep(plan["seconds"])
    spent, load.measuring, load.ended = time.perf_counter() - begun, False, True
    if pacing is not None:
        await pacing
    waits = sorted(load.waits)
    return {
        "requests": len(waits),
        "per_s": len(waits) / spent,
        "refused": load.refused,
        "wrong": dict(load.wrong.most_common(3)),
        **{f"p{rank}_ms": waits[len(waits) * rank // 100] * MS if waits else 0.0 for rank in (50, 99)},
    }


if __name__ == "__main__":
    uvloop.install()
    print(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
