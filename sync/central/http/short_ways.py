"""The application with the short ways before it (:mod:`sync.central.http.short_way`).

They know a token that this process has just let in. Who was let in is asked again after a second, and that request
goes the long way too: somebody who is shut out is out as soon as this process hears of it, and within a second.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec

from sync.central.http.bodies import patience_s
from sync.central.http.central import Central
from sync.central.http.guest_way import guest_way
from sync.central.http.patience import Patience
from sync.central.http.scan_way import scan_way
from sync.central.http.short_way import FAILED, Answer, Call, Head, Message, Receive, Send, Way, read_head
from sync.central.http.vip_way import vip_way

_FINDERS: tuple[Callable[[Message], Way | None], ...] = (vip_way, guest_way, scan_way)
"""VIP codes first: the checkout of a shop waits for them."""


class ShortWays:
    """Answers shortly what it can, and hands everything else on."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - the framework's, or what stands before it
        """Stand before ``app``, which serves everything else, starting and ending included."""
        self._app = app
        self._patience = Patience()
        self.state = app.state

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] == "http":
            for find in _FINDERS:
                way = find(scope)
                if way is not None:
                    await self._serve(way, scope, receive, send)
                    return
        await self._app(scope, receive, send)

    async def _serve(self, way: Way, scope: Message, receive: Receive, send: Send) -> None:
        began, central = time.perf_counter(), self.state.central
        head, caller = read_head(scope["headers"]), None
        if way.known:
            caller = await _known(central, way, head)
            if caller is None or isinstance(caller, asyncio.Event):
                try:
                    await self._app(scope, receive, send)
                finally:
                    central.doorkeeper.asked(head.token, way.route, caller)
                return
        elif head.authorized or head.key is not None or not head.size:
            await self._app(scope, receive, send)
            return
        body = None
        if way.read is not None:
            try:
                message = await self._patience.wait(receive(), patience_s(central.body_s, head.size))
            except TimeoutError:
                # The long way says so, as it does when the rest of a body does not come.
                await self._app(scope, _nothing_came, send)
                return
            receive = _again(message, receive)
            body = _read(way.read, message, head.size)
            if body is None:
                await self._app(scope, receive, send)
                return
        try:
            answer = await way.answer(central, Call(scope, head, caller, body))
        except Exception as error:  # noqa: BLE001 - the long way says it, and logs what is a bug
            scope[FAILED], answer = error, None
        if answer is None:
            scope.setdefault(FAILED, None)
            await self._app(scope, receive, send)
            return
        await _send(send, answer)
        central.tally.note(way.route, answer.status, time.perf_counter() - began, method=scope["method"])


async def _known(central: Central, way: Way, head: Head) -> Any:  # noqa: ANN401 - see the doorkeeper
    """Return who asks; None, or what the doorkeeper is to be told, where the guard must be asked."""
    if not head.token or (way.read is not None and not head.size):
        return None
    return await central.doorkeeper.person(head.token, way.route)


def _read(read: Callable[[bytes], Any], message: Message, size: int) -> Any:  # noqa: ANN401 - the way knows what
    """Return a body that came whole and in order; None for one that the long way must look at.

    The server says of each part that more may come; whether it is the whole tells its size.
    """
    content: bytes = message.get("body", b"")
    if message["type"] != "http.request" or len(content) != size:
        return None
    try:
        return read(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


async def _nothing_came() -> Message:
    raise TimeoutError


def _again(first: Message, receive: Receive) -> Receive:
    """Give the message that was read here once more, then whatever comes."""
    waiting = [first]

    async def once_more() -> Message:
        return waiting.pop() if waiting else await receive()

    return once_more


async def _send(send: Send, answer: Answer) -> None:
    """Send an answer of one piece."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(b"content-type", answer.kind), (b"content-length", b"%d" % len(answer.body))],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
