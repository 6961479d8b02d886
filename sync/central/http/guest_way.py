"""The short way of `GET /api/guest/{id}/balance` and `/cards` (:mod:`sync.central.http.short_way`).

Guests who are not there under the number that was asked for, whose points are to be taken out first, and who are not
the caller's to see go the long way.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from sync.central.http.central import Central
from sync.central.http.short_way import Answer, Call, Message, Way
from sync.central.services.gathering import Gathering
from sync.central.services.login import GuestCaller
from sync.central.services.loyalty.look_desk import LookDesk

_BEGIN = "/api/guest/"
_MAX_DIGITS = 18
_JSON = b"application/json"
_encoder = msgspec.json.Encoder()


def _way(word: str, looks: Callable[[LookDesk], Gathering[int, Any]]) -> Way:
    async def answer(central: Central, call: Call) -> Answer | None:
        guest = _guest_of(call.scope["path"])
        await central.bounds.let_in(call.caller, "")
        if isinstance(call.caller, GuestCaller) and call.caller.guest != guest:
            return None
        found = await looks(central.looks).ask(call.caller.network, guest)
        return None if found is None else Answer(200, _JSON, _encoder.encode(found))

    return Way(f"{_BEGIN}{{guest_id}}/{word}", answer)


_WAYS = {
    "balance": _way("balance", lambda desk: desk.balances),
    "cards": _way("cards", lambda desk: desk.cards),
}


def guest_way(scope: Message) -> Way | None:
    """Return how a look at a guest is answered, None for any other request."""
    path = scope["path"]
    if scope["method"] != "GET" or not path.startswith(_BEGIN):
        return None
    digits, _, word = path[len(_BEGIN) :].partition("/")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MAX_DIGITS:
        return None
    return _WAYS.get(word)


def _guest_of(path: str) -> int:
    return int(path[len(_BEGIN) :].partition("/")[0])
