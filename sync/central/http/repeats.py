"""Requests that a caller may send again: the header with their key, and doing them once (`services/idempotency`)."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeVar
from uuid import UUID

import asyncpg
from litestar.params import HeaderParameter

from sync.central.http.central import Central
from sync.central.services.idempotency import KEY_HEADER, fingerprint, fit_key, once, operation_id
from sync.central.services.login import GuestCaller, Person
from sync.central.services.redeeming.redeem import new_operation

OnceKey = Annotated[
    str | None,
    HeaderParameter(name=KEY_HEADER, description="Sent again with the same key, a request is done once."),
]

T = TypeVar("T")


async def done_once(
    central: Central,
    caller: Person | GuestCaller,
    key: str | None,
    asked: tuple[str, object],
    work: Callable[[asyncpg.Connection], Awaitable[T]],
    answer: type[T],
    *,
    status: int = HTTPStatus.CREATED,
) -> T:
    """Do ``work`` in a transaction of the caller's network; ``asked`` is the route's name and what it was sent."""
    async with central.database.network_transaction(caller.network) as connection:
        return await once(
            connection,
            caller.network,
            caller=caller.actor,
            key=fit_key(key),
            asked=fingerprint(*asked),
            work=lambda: work(connection),
            answer=answer,
            status=status,
        )


def operation_of(central: Central, person: Person, key: str | None) -> UUID:
    """Return the id under which a use happens: the same whenever the caller sends the same key."""
    key = fit_key(key)
    if key is None:
        return new_operation(central.database.clock)
    return operation_id(person.network, person.actor, key)
