"""`/api/platform`: the networks of the installation, for its owner."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.services.login import Person
from sync.central.services.people.platform import (
    MadeNetwork,
    NetworkView,
    NewNetwork,
    list_networks,
    make_network,
    read_network,
)

MAX_BYTES = 16 * 1024


@get("/networks", summary="List networks")
async def list_all(central: NamedDependency[Central], paging: NamedDependency[Paging]) -> Page[NetworkView]:
    """Return the networks and how large they are, the oldest first."""
    items, total = await list_networks(central.database, limit=paging.limit, offset=paging.offset)
    return page_of(items, total, paging)


@post("/networks", summary="Make a network", request_max_body_size=MAX_BYTES)
async def create(
    data: JSONBody[NewNetwork], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MadeNetwork:
    """Make a network and its owner."""
    return await make_network(central.database, central.secrets, person, data)


@get("/networks/{network_id:int}", summary="Show a network")
async def show(network_id: FromPath[int], central: NamedDependency[Central]) -> NetworkView:
    """Return one network and how large it is."""
    return await read_network(central.database, network_id)


platform_routes = Router(
    "/api/platform", route_handlers=[list_all, create, show], tags=["platform"], security=[{"bearer": []}]
)
