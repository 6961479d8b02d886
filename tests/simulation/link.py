"""The line between one machine and central, and everything that can become of a request on it.

Only the transport is replaced: :class:`LinkExchange` overrides the one method of the shipping exchange that
would open a socket. What an answer means (proxy pages, problems, redirects, time-outs, one retry of a broken
connection) is decided by the code that ships.
"""

import platform
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from requests.structures import CaseInsensitiveDict

from sync.protocol.problems import PROBLEM_MEDIA_TYPE, ProblemType
from sync.protocol.version import PROTOCOL_HEADER, PROTOCOL_VERSION
from sync.protocol.wire import MEDIA_TYPE
from sync.till import http_office
from sync.till.clock import Clock
from sync.till.http_exchange import Ask, Exchange
from tests.simulation.central_host import Answer, CentralCrash, CentralHost
from tests.simulation.timeline import Timeline

SUFFIX = ".machine.invalid"
ROUND_TRIP_MS = (5, 90)
OK = 200
MAX_WANDERING = 20
"""Requests that are still on their way after their sender gave up."""


Bend = Callable[[str, bytes], bytes | None]
"""Makes a false answer of a true one, by the path that was asked; None for one that it lets through."""


class Mishap(StrEnum):
    """What becomes of one request."""

    DROP = "request dropped"
    NO_LINE = "no connection"
    LOST_ANSWER = "answer lost"
    BROKEN_ANSWER = "connection broken before the answer"
    DUPLICATE = "request duplicated"
    WANDER = "request arrives after its sender gave up"
    LATE = "answer later than a cashier waits"
    HTML = "a proxy's page"
    PORTAL = "a portal's redirect"
    BUSY = "503"
    TOO_LARGE = "413"
    INTERNAL = "500"
    GATEWAY = "502 from a gateway"
    GARBAGE = "garbage instead of an answer"
    UNAUTHENTICATED = "token not accepted"


class Weather(StrEnum):
    """How the line is for a while."""

    FINE = "fine"
    CUT = "partition"
    DEAF = "one-way partition: requests arrive, answers do not"
    MUTE = "one-way partition: requests do not arrive"
    ROUGH = "rough"


@dataclass(slots=True)
class Heard:
    """One exchange that reached central, as the checker may want to see it."""

    machine: str
    method: str
    path: str
    body: bytes
    answer: Answer | None
    at_ms: int
    seen: bool


@dataclass(slots=True)
class Link:
    """One machine's line. ``next_mishaps`` are for the requests to come, whatever the weather."""

    name: str
    host: CentralHost
    timeline: Timeline
    chance: random.Random
    tally: Counter[str]
    weather: Weather = Weather.FINE
    narrow: int | None = None
    """The largest body, in bytes, that something on the way lets through."""
    next_mishaps: deque[Mishap] = field(default_factory=deque)
    wandering: deque[tuple[Ask, dict[str, str]]] = field(default_factory=deque)
    heard: list[Heard] = field(default_factory=list)
    bend: "Bend | None" = None
    """Somebody in between, who puts an answer of their own in the place of the next one that they understand."""
    on_call: "OnCall | None" = None
    crashes: int = 0
    speaks: int = PROTOCOL_VERSION
    central_speaks: int = PROTOCOL_VERSION
    """Which version of the protocol the program at either end is of."""

    @property
    def url(self) -> str:
        """Return the address by which this machine's exchange finds its line."""
        return f"http://{self.name}{SUFFIX}"

    def clear_up(self) -> None:
        """Let everything through again, with no mishap ahead."""
        self.weather = Weather.FINE
        self.narrow = None
        self.bend = None
        self.next_mishaps.clear()

    def ask(self, ask: Ask, headers: dict[str, str]) -> requests.Response:
        """Carry one request there and its answer back, or not."""
        if self.on_call is not None:
            self.on_call.point("before a request")
        mishap = self._mishap()
        if mishap is not None:
            self.tally[str(mishap)] += 1
        if self.narrow is not None and len(ask.body or b"") > self.narrow:
            mishap = Mishap.TOO_LARGE
        faked = None if mishap is None else _FAKED.get(mishap)
        if faked is not None:
            self.timeline.advance(self.chance.randint(*ROUND_TRIP_MS))
            return _response(faked)
        self._lose(mishap, ask, headers)
        answer = self._carry(ask, headers, lost=mishap in (Mishap.LOST_ANSWER, Mishap.BROKEN_ANSWER))
        if mishap is Mishap.DUPLICATE:
            self._carry(ask, headers, lost=True)
        if answer is None or mishap is Mishap.BROKEN_ANSWER:
            raise requests.ConnectionError
        if mishap is Mishap.LOST_ANSWER:
            raise self._times_out(ask)
        if mishap is Mishap.LATE:
            self.timeline.advance(min(self.chance.randint(900, 6_000), int(ask.read_s * 1000)))
        if self.on_call is not None:
            self.on_call.point("after an answer")
        return _response(self._bent(ask, answer))

    def deliver_wandering(self) -> int:
        """Let requests arrive whose senders gave up long ago, in any order; return how many."""
        waiting = list(self.wandering)
        self.wandering.clear()
        self.chance.shuffle(waiting)
        for ask, headers in waiting:
            self._carry(ask, headers, lost=True)
        return len(waiting)

    def _bent(self, ask: Ask, answer: Answer) -> Answer:
        false = None if self.bend is None or answer.status != OK else self.bend(ask.path, answer.body)
        if false is None:
            return answer
        self.bend = None
        self.tally["false answers"] += 1
        return Answer(answer.status, answer.headers, false)

    def _lose(self, mishap: Mishap | None, ask: Ask, headers: dict[str, str]) -> None:
        """Raise what a request meets that never reaches central, at least not while anybody waits for it."""
        if mishap is Mishap.NO_LINE:
            self.timeline.advance(self.chance.randint(1, 50))
            raise requests.ConnectTimeout
        if mishap is Mishap.WANDER and len(self.wandering) < MAX_WANDERING:
            self.wandering.append((ask, headers))
        if mishap in (Mishap.DROP, Mishap.WANDER):
            raise self._times_out(ask)

    def _mishap(self) -> Mishap | None:
        match self.weather:
            case Weather.CUT:
                return Mishap.NO_LINE if self.chance.random() < 0.7 else Mishap.DROP
            case Weather.DEAF:
                return Mishap.LOST_ANSWER
            case Weather.MUTE:
                return Mishap.DROP
        if self.next_mishaps:
            return self.next_mishaps.popleft()
        if self.weather is Weather.ROUGH and self.chance.random() < 0.4:
            return self.chance.choice(list(Mishap))
        return None

    def _carry(self, ask: Ask, headers: dict[str, str], *, lost: bool) -> Answer | None:
        """Let central answer; None when its process ended meanwhile."""
        self.timeline.advance(self.chance.randint(*ROUND_TRIP_MS) // 2)
        body = ask.body or b""
        headers = {**headers, PROTOCOL_HEADER: str(self.speaks)}
        try:
            answer = self.host.request(
                ask.method, ask.path, query=urlencode(ask.params), headers=headers, body=body
            )
        except CentralCrash as crash:
            self.tally[f"central crash {crash}"] += 1
            self.crashes += 1
            self.host.restart()
            answer = None
        if answer is not None and PROTOCOL_HEADER.lower() in answer.headers:
            # What runs here takes itself for the version that ships, whatever it stands for.
            told = PROTOCOL_VERSION if self.speaks == self.central_speaks else self.central_speaks
            answer.headers[PROTOCOL_HEADER.lower()] = str(told)
        self.heard.append(
            Heard(
                self.name,
                ask.method,
                ask.path,
                body,
                answer,
                self.timeline.now_ms,
                seen=answer is not None and not lost,
            )
        )
        self.timeline.advance(self.chance.randint(*ROUND_TRIP_MS) // 2)
        return answer

    def _times_out(self, ask: Ask) -> requests.RequestException:
        self.timeline.advance(int(ask.read_s * 1000))
        return requests.ReadTimeout()


class OnCall:
    """Whoever wants to be told at each call that leaves the till: a planned death, for one."""

    def point(self, where: str) -> None:
        """Be told; may raise."""


class LinkExchange(Exchange):
    """The shipping exchange, its sockets replaced by a :class:`Link`."""

    def __init__(self, central_url: str, clock: Clock) -> None:
        super().__init__(central_url, clock)
        host = urlsplit(self.central_url).hostname or ""
        self._link = LINKS[host.removesuffix(SUFFIX)]

    def _request(self, ask: Ask) -> requests.Response:
        headers = {PROTOCOL_HEADER: str(PROTOCOL_VERSION), "Content-Type": MEDIA_TYPE, **ask.headers}
        if ask.token is not None:
            headers["Authorization"] = f"Bearer {ask.token}"
        return self._link.ask(ask, headers)


LINKS: dict[str, Link] = {}


def lay_lines(patch: pytest.MonkeyPatch | None = None) -> None:
    """Let every exchange that shipping code opens in this process go over a link."""
    patch = patch or pytest.MonkeyPatch()
    patch.setattr(http_office, "Exchange", LinkExchange)
    patch.setattr(platform, "node", lambda: "simulated")


def _response(answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response._content = answer.body
    response._content_consumed = True  # type: ignore[attr-defined]  # a response that is here as a whole
    return response


def _problem(kind: ProblemType, status: int) -> Answer:
    body = f'{{"type":"{kind}","title":"No.","status":{status}}}'.encode()
    return Answer(status, {"content-type": PROBLEM_MEDIA_TYPE}, body)


_PAGE = b"<html><body>Please sign in to the guest network</body></html>"
_FAKED: dict[Mishap, Answer] = {
    Mishap.HTML: Answer(200, {"content-type": "text/html"}, _PAGE),
    Mishap.PORTAL: Answer(302, {"content-type": "text/html", "location": "http://portal.invalid/"}, _PAGE),
    Mishap.BUSY: _problem(ProblemType.BUSY, 503),
    Mishap.TOO_LARGE: _problem(ProblemType.TOO_LARGE, 413),
    Mishap.INTERNAL: _problem(ProblemType.INTERNAL, 500),
    Mishap.GATEWAY: Answer(502, {"content-type": "text/html"}, b"<html>Bad Gateway</html>"),
    Mishap.GARBAGE: Answer(200, {"content-type": MEDIA_TYPE}, b"\xc1\x00garbage"),
    Mishap.UNAUTHENTICATED: _problem(ProblemType.UNAUTHENTICATED, 401),
}
