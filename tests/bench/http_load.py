"""A load generator for small JSON requests: many kept-open connections, one process, as little work as possible.

``python -m tests.bench.http_load`` reads one JSON object on stdin: ``host``, ``port``, ``path``, ``headers``,
``connections``, ``seconds``, ``warm_up_s``, ``rate`` (requests a second over all connections, 0: each connection
asks again as soon as it is answered), ``codes`` (texts to choose from), ``keys`` (whether each request has an
idempotency key of its own) and ``expected`` (what a right answer contains; what else it may contain is counted as
refused). With ``paths`` each request is a GET of one of these instead. It writes one JSON object.

It shares the machine with what it measures, so that it asks the kernel itself: an event loop would take twice as long.
"""

import itertools
import json
import random
import select
import socket
import sys
import time
from collections import Counter, deque
from typing import Any

MS = 1000
PACE_S = 0.001
ANSWER_BYTES = 65_536
LAST_ANSWERS_S = 20.0


class _Load:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.rate = plan["rate"]
        self.expected = [text.encode() for text in plan["expected"]]
        begin = f"POST {plan['path']} HTTP/1.1\r\nHost: central\r\nContent-Type: application/json\r\n"
        begin += "".join(f"{name}: {value}\r\n" for name, value in plan["headers"].items())
        keys = f"Idempotency-Key: {random.getrandbits(48):x}-%d\r\n" if plan["keys"] else ""
        self.begin, self.keys = begin.encode(), keys.encode()
        if plan.get("paths"):
            head = "".join(f"{name}: {value}\r\n" for name, value in plan["headers"].items())
            self.begin = b""
            tails = [f"GET {path} HTTP/1.1\r\nHost: central\r\n{head}\r\n".encode() for path in plan["paths"]]
        else:
            bodies = [b'{"code":"%s"}' % code.encode() for code in plan["codes"]]
            tails = [b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies]
        random.shuffle(tails)
        self.tails = itertools.cycle(tails)
        self.numbers = itertools.count()
        self.waits: list[float] = []
        self.wrong: Counter[str] = Counter()
        self.refused = self.all_answered = 0
        self.measuring = self.ended = False
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.begun: dict[int, float] = {}
        self.parts: dict[int, bytes] = {}
        self.idle: list[int] = []
        self.due: deque[float] = deque()

    def connect(self, host: str, port: int, connections: int) -> None:
        for _ in range(connections):
            opened = socket.create_connection((host, port))
            opened.setblocking(False)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets[opened.fileno()] = opened
            self.poll.register(opened.fileno(), select.EPOLLIN)

    def ask(self, number: int, due: float) -> None:
        """Send the next request; a small one always fits the socket's buffer, of a connection that waits for none."""
        self.begun[number] = due
        key = self.keys % next(self.numbers) if self.keys else b""
        self.sockets[number].send(self.begin + key + next(self.tails))

    def run_until(self, end: float) -> None:
        """Serve what comes until ``end``, or until nothing is under way."""
        clock, sockets = time.perf_counter, self.sockets
        paced, begun = self.rate, clock()
        sent = 0
        while (now := clock()) < end and (self.begun or not self.ended):
            if paced and not self.ended:
                # A late answer delays none of the others, and counts from when its request was due.
                wanted = int((now - begun) * paced)
                self.due.extend(begun + number / paced for number in range(sent, wanted))
                sent = wanted
                while self.due and self.idle:
                    self.ask(self.idle.pop(), self.due.popleft())
            for number, _ in self.poll.poll(PACE_S if paced else end - now):
                answer = sockets[number].recv(ANSWER_BYTES)
                if not answer:
                    self.wrong["connection lost"] += 1
                    self.poll.unregister(number)
                    self.begun.pop(number, None)
                    continue
                if number in self.parts:
                    answer = self.parts.pop(number) + answer
                if _whole(answer):
                    self.answered(number, answer, clock())
                else:
                    self.parts[number] = answer

    def answered(self, number: int, answer: bytes, now: float) -> None:
        begun = self.begun.pop(number)
        self.all_answered += 1
        if self.measuring:
            self.waits.append(now - begun)
        if self.expected[0] not in answer:
            if any(text in answer for text in self.expected):
                self.refused += self.measuring
            else:
                self.wrong[answer[:300].decode("latin-1")] += 1
        if self.ended:
            return
        if self.rate:
            self.idle.append(number)
        else:
            self.ask(number, now)


def _whole(answer: bytes) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    at = answer.find(b"content-length: ", 0, head) + 16
    return len(answer) >= head + 4 + int(answer[at : answer.index(b"\r", at)])


def _run(plan: dict[str, Any]) -> dict[str, Any]:
    load = _Load(plan)
    load.connect(plan["host"], plan["port"], plan["connections"])
    begun = time.perf_counter()
    if plan["rate"]:
        load.idle = list(load.sockets)
    else:
        for number in load.sockets:
            load.ask(number, begun)
    load.run_until(begun + plan["warm_up_s"])
    load.measuring, begun = True, time.perf_counter()
    load.run_until(begun + plan["seconds"])
    spent, load.measuring, load.ended = time.perf_counter() - begun, False, True
    # What is under way is answered before the connections close: who measures next begins with an idle office.
    load.run_until(time.perf_counter() + LAST_ANSWERS_S)
    if load.begun:
        load.wrong["never answered"] = len(load.begun)
    waits = sorted(load.waits)
    return {
        "requests": len(waits),
        "with_warm_up": load.all_answered,
        "per_s": len(waits) / spent,
        "refused": load.refused,
        "wrong": dict(load.wrong.most_common(3)),
        **{f"p{rank}_ms": waits[len(waits) * rank // 100] * MS if waits else 0.0 for rank in (50, 99)},
    }


if __name__ == "__main__":
    print(json.dumps(_run(json.load(sys.stdin))))
