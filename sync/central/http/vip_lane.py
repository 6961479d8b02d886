"""The short way of `POST /api/vip/use` and `/validate` (:mod:`sync.central.http.short_way`).

It knows a token that this process has just let in. Who was let in is asked again after a second, and that request goes
the long way too: somebody who is shut out is out within a second.
"""

import time
from typing import Any

import msgspec

from sync.central.http.central import Central
from sync.central.http.short_way import (
    FAILED,
    Answer,
    Message,
    Receive,
    Send,
    again,
    read_head,
    send_answer,
    whole_body,
)
from sync.central.http.vip_answers import answer_look, answer_use
from sync.central.services.login import Person
from sync.central.services.vip.using import UseCode, ValidateCode

_PATHS = {"/api/vip/use": UseCode, "/api/vip/validate": ValidateCode}
_DECODERS: dict[str, "msgspec.json.Decoder[UseCode | ValidateCode]"] = {
    path: msgspec.json.Decoder(kind) for path, kind in _PATHS.items()
}


class VipLane:
    """The application with the short way before it."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - another short way, or the framework's
        """Stand before ``app``, which serves everything else, starting and ending included."""
        self._app = app
        self.state = app.state

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] == "http" and scope["path"] in _PATHS and scope["method"] == "POST":
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        path, central, began = scope["path"], self.state.central, time.perf_counter()
        head = read_head(scope["headers"])
        person = await central.doorkeeper.person(head.token, path) if head.token and head.size else None
        if not isinstance(person, Person):
            try:
                await self._app(scope, receive, send)
            finally:
                central.doorkeeper.asked(head.token, path, person)
            return
        message = await receive()
        body = _read(path, whole_body(message, head.size))
        if body is None:
            await self._app(scope, again(message, receive), send)
            return
        try:
            answer = await _ask(central, person, head.key, body)
        except Exception as error:  # noqa: BLE001 - the long way says it, and logs what is a bug
            scope[FAILED] = error
            await self._app(scope, again(message, receive), send)
            return
        await send_answer(send, answer)
        central.tally.note(path, answer.status, time.perf_counter() - began)


async def _ask(central: Central, person: Person, key: str | None, body: UseCode | ValidateCode) -> Answer:
    if isinstance(body, UseCode):
        return await answer_use(central, person, key, body)
    return await answer_look(central, person, body)


def _read(path: str, content: bytes | None) -> UseCode | ValidateCode | None:
    if content is None:
        return None
    try:
        return _DECODERS[path].decode(content)
    except msgspec.DecodeError:
        return None
