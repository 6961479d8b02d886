"""The short way of `GET /api/guest/{id}/balance` and `/cards` (:mod:`sync.central.http.short_way`).

It knows a token that this process has just let in, as that of VIP codes does. Guests who are not there under the
number that was asked for, whose points are to be taken out first, and who are not the caller's to see go the long way.
"""

import time
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State

from sync.central.http.central import Central
from sync.central.http.short_way import (
    FAILED,
    Answer,
    Message,
    Receive,
    Send,
    raise_failed,
    read_head,
    send_answer,
)
from sync.central.services.login import GuestCaller, Person
from sync.central.services.loyalty.look_desk import LookDesk, Looks

_BEGIN = "/api/guest/"
_LOOKS: dict[str, Callable[[LookDesk], Looks[Any]]] = {
    "balance": lambda desk: desk.balances,
    "cards": lambda desk: desk.cards,
}
_ROUTES = {word: f"{_BEGIN}{{guest_id}}/{word}" for word in _LOOKS}
_MAX_DIGITS = 18
_JSON = b"application/json"
_encoder = msgspec.json.Encoder()


class GuestLane:
    """The application with the short way before it."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - another short way, or the framework's
        """Stand before ``app``, which serves everything else, starting and ending included."""
        self._app = app
        self.state = app.state

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        asked = _asked_of(scope)
        if asked is None:
            await self._app(scope, receive, send)
        else:
            await self._answer(scope, receive, send, *asked)

    async def _answer(self, scope: Message, receive: Receive, send: Send, guest: int, word: str) -> None:
        central, route, began = self.state.central, _ROUTES[word], time.perf_counter()
        token = read_head(scope["headers"]).token
        caller = await central.guest_door.person(token, route) if token else None
        if not isinstance(caller, Person | GuestCaller):
            try:
                await self._app(scope, receive, send)
            finally:
                central.guest_door.asked(token, route, caller)
            return
        if isinstance(caller, GuestCaller) and caller.guest != guest:
            await self._app(scope, receive, send)
            return
        try:
            answer = await _look(central, caller, guest, word)
        except Exception as error:  # noqa: BLE001 - the long way says it, and logs what is a bug
            scope[FAILED] = error
            await self._app(scope, receive, send)
            return
        if answer is None:
            # It was counted here; nothing has failed.
            scope[FAILED] = None
            await self._app(scope, receive, send)
            return
        await send_answer(send, answer)
        central.tally.note(route, answer.status, time.perf_counter() - began, method="GET")


def let_look(request: Request[Any, Any, State], central: Central, caller: Person | GuestCaller) -> None:
    """Tell the short way whom the guard let in, and say what failed there."""
    raise_failed(request.scope)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    central.guest_door.admit(token.encode("latin-1"), request.scope["path_template"], caller)


async def _look(central: Central, caller: Person | GuestCaller, guest: int, word: str) -> Answer | None:
    await central.bounds.let_in(caller, "")
    found = await _LOOKS[word](central.looks).ask(caller.network, guest)
    return None if found is None else Answer(200, _JSON, _encoder.encode(found))


def _asked_of(scope: Message) -> tuple[int, str] | None:
    """Return which guest is looked at and for what, None for any other request."""
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(_BEGIN):
        return None
    digits, _, word = scope["path"][len(_BEGIN) :].partition("/")
    if word not in _LOOKS or not (digits.isascii() and digits.isdigit()) or len(digits) > _MAX_DIGITS:
        return None
    return int(digits), word
