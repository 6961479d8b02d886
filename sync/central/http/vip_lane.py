"""The short way of `POST /api/vip/use` and `/validate`: thousands a second, with nothing between socket and engine.

It answers what is in perfect order: a token that this process has just let in, a small body, fields that fit. All
else goes the long way through the framework, which reads the same bytes again and says what is wrong; so that there
is one place for every refusal, and this one holds no rules. Who was let in is asked again after a second, and that
request goes the long way too: somebody who is shut out is out within a second.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Litestar

from sync.central.http.central import Central
from sync.central.http.noting import Noting
from sync.central.http.vip_answers import answer_look, answer_use
from sync.central.services.login import Person
from sync.central.services.vip.using import UseCode, ValidateCode

MAX_BODY_BYTES = 16 * 1024
FAILED = "countersign.failed"
"""Where the long way finds what has failed here; it says it, as it would have said it itself."""

_PATHS = {"/api/vip/use": UseCode, "/api/vip/validate": ValidateCode}
_DECODERS: dict[str, "msgspec.json.Decoder[UseCode | ValidateCode]"] = {
    path: msgspec.json.Decoder(kind) for path, kind in _PATHS.items()
}

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class VipLane:
    """The application with the short way before it."""

    def __init__(self, app: Litestar | Noting) -> None:
        """Stand before ``app``, which serves everything else, starting and ending included."""
        self._app: Any = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] == "http" and scope["path"] in _PATHS and scope["method"] == "POST":
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        path, central, began = scope["path"], self._app.state.central, time.perf_counter()
        token, key, size = _headers(scope["headers"])
        person = await central.doorkeeper.person(token, path) if token and size else None
        if not isinstance(person, Person):
            try:
                await self._app(scope, receive, send)
            finally:
                central.doorkeeper.asked(token, path, person)
            return
        message = await receive()
        content = message.get("body", b"")
        body = _read(path, message, content, size)
        if body is None:
            await self._app(scope, _again(message, receive), send)
            return
        try:
            status, kind, answer = await _ask(central, person, key, body)
        except Exception as error:  # noqa: BLE001 - the long way says it, and logs what is a bug
            scope[FAILED] = error
            await self._app(scope, _again(message, receive), send)
            return
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-type", kind), (b"content-length", b"%d" % len(answer))],
            }
        )
        await send({"type": "http.response.body", "body": answer})
        central.tally.note(path, status, time.perf_counter() - began)


async def _ask(
    central: Central, person: Person, key: str | None, body: UseCode | ValidateCode
) -> tuple[int, bytes, bytes]:
    if isinstance(body, UseCode):
        return await answer_use(central, person, key, body)
    return await answer_look(central, person, body)


def _headers(headers: list[tuple[bytes, bytes]]) -> tuple[bytes, str | None, int]:
    """Return the bearer's token, the idempotency key, and the size of a body in JSON; 0 where that is not told."""
    token, key, size, json = b"", None, 0, True
    for name, value in headers:
        if name == b"authorization":
            token = value[7:] if value[:7] == b"Bearer " else b""
        elif name == b"idempotency-key":
            key = value.decode("latin-1")
        elif name == b"content-type":
            json = value.startswith(b"application/json")
        elif name == b"content-length":
            size = int(value) if value.isdigit() else 0
    return token, key, size if json and size <= MAX_BODY_BYTES else 0


def _read(path: str, message: Message, content: bytes, size: int) -> UseCode | ValidateCode | None:
    """Read a body that came whole; None for one that the long way must look at.

    The server says of each part that more may come; whether it is the whole tells its size.
    """
    if message["type"] != "http.request" or len(content) != size:
        return None
    try:
        return _DECODERS[path].decode(content)
    except msgspec.DecodeError:
        return None


def _again(first: Message, receive: Receive) -> Receive:
    """Give the message that was read here once more, then whatever comes."""
    waiting = [first]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
