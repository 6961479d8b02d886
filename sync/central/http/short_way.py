"""What the short ways have in common: they stand before the framework, with nothing between socket and engine.

There is one for each of the few routes that are asked thousands of times a second. A short way answers what is in
perfect order. All else goes the long way through the framework, which reads the same bytes again and says what is
wrong; so that there is one place for every refusal, and a short way holds no rules.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

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


def whole_body(message: Message, size: int) -> bytes | None:
    """Return a body that came whole; None for one that the long way must look at.

    The server says of each part that more may come; whether it is the whole tells its size.
    """
    content: bytes = message.get("body", b"")
    return content if message["type"] == "http.request" and len(content) == size else None


def again(first: Message, receive: Receive) -> Receive:
    """Give the message that was read here once more, then whatever comes."""
    waiting = [first]

    async def once_more() -> Message:
        return waiting.pop() if waiting else await receive()

    return once_more


async def send_answer(send: Send, answer: Answer) -> None:
    """Send an answer of one piece."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(b"content-type", answer.kind), (b"content-length", b"%d" % len(answer.body))],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})


def raise_failed(scope: Mapping[str, Any]) -> None:
    """Say, on the long way, what has failed on the short one."""
    failed = scope.get(FAILED)
    if isinstance(failed, Exception):
        raise failed
