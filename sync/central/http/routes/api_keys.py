"""`/api/keys`: the keys by which programs act for the network."""

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.services.login import Person
from sync.central.services.people.api_keys import (
    ApiKeyView,
    MadeApiKey,
    NewApiKey,
    list_keys,
    make_key,
    revoke_key,
)


@get("/", summary="List keys")
async def list_all(
    central: NamedDependency[Central], person: NamedDependency[Person], paging: NamedDependency[Paging]
) -> Page[ApiKeyView]:
    """Return the network's keys, the newest first, revoked ones too."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_keys(connection, person.network, limit=paging.limit, offset=paging.offset)
    return page_of(items, total, paging)


@post("/", summary="Make a key")
async def create(
    data: JSONBody[NewApiKey], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MadeApiKey:
    """Make a key with its scopes; its text is in this answer and nowhere else."""
    async with central.database.network_transaction(person.network) as connection:
        return await make_key(connection, person, data)


@delete("/{key_id:int}", summary="Revoke a key")
async def revoke(
    key_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """End a key at once."""
    async with central.database.network_transaction(person.network) as connection:
        await revoke_key(connection, person, key_id)


api_key_routes = Router(
    "/api/keys", route_handlers=[list_all, create, revoke], tags=["people"], security=[{"bearer": []}]
)
