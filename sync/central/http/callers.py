"""Who asks: what the guard found out, as handlers get it."""

from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from sync.central.http.central import Central
from sync.central.services.grants import LeaseFor
from sync.central.services.login import GuestCaller, Person

Caller = SkipValidation[NamedDependency[Person | GuestCaller]]
"""Who asks, on routes that guests may use too (the argument ``caller``)."""
Known = SkipValidation[NamedDependency[Person | GuestCaller | None]]
"""Who asks, where that may be nobody known: ``Audience.OPTIONAL`` (the argument ``known``)."""


@dataclass(frozen=True, slots=True)
class TillCaller:
    """A till whose token is in order. Whether it is revoked or fenced is read with each request."""

    till: LeaseFor


async def provide_central(request: Request[Any, Any, State]) -> Central:
    """Give handlers the office."""
    central: Central = request.app.state.central
    return central


async def provide_till(request: Request[Any, Any, State]) -> LeaseFor:
    """Give handlers the till that asks."""
    caller: TillCaller = request.auth
    return caller.till


async def provide_person(request: Request[Any, Any, State]) -> Person:
    """Give handlers the person who asks."""
    person: Person = request.auth
    return person


async def provide_caller(request: Request[Any, Any, State]) -> Person | GuestCaller:
    """Give handlers who asks, on routes that guests may use too."""
    caller: Person | GuestCaller = request.auth
    return caller


async def provide_known(request: Request[Any, Any, State]) -> Person | GuestCaller | None:
    """Give handlers who asks, where that may be nobody known (``Audience.OPTIONAL``)."""
    caller: Person | GuestCaller | None = request.scope["auth"]
    return caller


def address_of(request: Request[Any, Any, State]) -> str:
    """Return the network address of whoever asks, to count by; behind trusted proxies, what these say."""
    central: Central = request.app.state.central
    return central.proxies.client_of(request.scope)
