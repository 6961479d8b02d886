"""A transaction about one guest, open only to whoever may know of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from sync.central.http.central import Central
from sync.central.services.login import GuestCaller, Person
from sync.central.services.loyalty.guest_desk import own_guest


@asynccontextmanager
async def about_guest(
    central: Central, caller: Person | GuestCaller, guest_id: int
) -> AsyncIterator[tuple[asyncpg.Connection, int]]:
    """Open a transaction of the caller's network; with it comes the guest's own number, merges followed.

    Raises :class:`Refusal` ``not-found`` for a guest who is nobody or not the caller's to see.
    """
    async with central.database.network_transaction(caller.network) as connection:
        yield connection, await own_guest(connection, caller, guest_id)
