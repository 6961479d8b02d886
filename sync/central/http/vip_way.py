"""The short way of `POST /api/vip/use` and `/validate` (:mod:`sync.central.http.short_way`)."""

from collections.abc import Awaitable

import msgspec

from sync.central.http.central import Central
from sync.central.http.short_way import Answer, Call, Message, Way
from sync.central.http.vip_answers import answer_look, answer_use
from sync.central.services.vip.using import UseCode, ValidateCode


def _use(central: Central, call: Call) -> Awaitable[Answer]:
    return answer_use(central, call.caller, call.head.key, call.body)


def _validate(central: Central, call: Call) -> Awaitable[Answer]:
    return answer_look(central, call.caller, call.body)


_WAYS = {
    way.route: way
    for way in (
        Way("/api/vip/use", _use, msgspec.json.Decoder(UseCode).decode),
        Way("/api/vip/validate", _validate, msgspec.json.Decoder(ValidateCode).decode),
    )
}


def vip_way(scope: Message) -> Way | None:
    """Return how a request for a VIP code is answered, None for any other request."""
    return _WAYS.get(scope["path"]) if scope["method"] == "POST" else None
