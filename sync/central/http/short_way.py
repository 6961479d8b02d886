"""What a short way is: it answers the few routes that are asked thousands of times a second.

It stands before the framework, with nothing between socket and engine, and answers what is in perfect order. All else
goes the long way through the framework, which reads the same bytes again and says what is wrong; so that there is one
place for every refusal, and a short way holds no rules. :mod:`sync.central.http.short_ways` walks them.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Request
from litestar.datastructures import State

from sync.central.http.central import Central
from sync.central.services.login import GuestCaller, Person

MAX_BODY_BYTES = 16 * 1024
FAILED = "countersign.failed"
"""Where the long way finds what has failed on a short one; it says it, as it would have said it itself.

None stands there where nothing failed: the request was counted, and is for the long way to answer.
"""

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Answer(NamedTuple):
    """Status, media type and body."""

    status: int
    kind: bytes
    body: bytes


class Head(NamedTuple):
    """What a short way reads of the headers. ``size`` is that of a body in JSON, 0 where none can be read here."""

    token: bytes
    authorized: bool
    key: str | None
    agent: str | None
    size: int


def read_head(headers: list[tuple[bytes, bytes]]) -> Head:
    """Read headers as the server gives them: their names are in small letters."""
    token, authorized, key, agent, size, json = b"", False, None, None, 0, True
    for name, value in headers:
        if name == b"authorization":
            token, authorized = value[7:] if value[:7] == b"Bearer " else b"", True
        elif name == b"idempotency-key":
            key = value.decode("latin-1")
        elif name == b"user-agent":
            agent = value.decode("latin-1")
        elif name == b"content-type":
            json = value.startswith(b"application/json")
        elif name == b"content-length":
            size = int(value) if value.isdigit() else 0
    return Head(token, authorized, key, agent, size if json and size <= MAX_BODY_BYTES else 0)


class Call(NamedTuple):
    """A request as a short way gets it: who asks was let in by the guard, and the body is what the way read."""

    scope: Message
    head: Head
    caller: Any
    body: Any


class Way(NamedTuple):
    """How one route is answered shortly.

    ``route`` is the template that the framework has for it. ``read`` takes the whole body and raises
    :class:`msgspec.DecodeError` for what the long way must look at; without it no body is awaited. ``answer`` may
    return None: counted, but for the long way to answer. ``known`` ways serve who was let in within the last
    second; the others serve those whom nobody knows, who send neither a token nor a key.
    """

    route: str
    answer: Callable[[Central, Call], Awaitable[Answer | None]]
    read: Callable[[bytes], Any] | None = None
    known: bool = True


def let_in(request: Request[Any, Any, State], central: Central, caller: Person | GuestCaller) -> None:
    """Tell the short ways, on the long one, whom the guard let in; and say what has failed on a short one."""
    raise_failed(request)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    central.doorkeeper.admit(token.encode("latin-1"), request.scope["path_template"], caller)


def raise_failed(request: Request[Any, Any, State]) -> None:
    """Say, on the long way, what has failed on the short one."""
    failed = request.scope.get(FAILED)
    if isinstance(failed, Exception):
        raise failed
