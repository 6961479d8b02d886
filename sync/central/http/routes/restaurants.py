"""`/api/restaurants`: the locations of the network."""

from litestar import Response, Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.services.login import Person
from sync.central.services.restaurant_desk import (
    NewRestaurant,
    RestaurantChange,
    RestaurantView,
    change_restaurant,
    list_restaurants,
    make_restaurant,
    read_logo,
    read_restaurant,
)

PNG = "image/png"


@get("/", summary="List restaurants")
async def list_all(
    central: NamedDependency[Central], person: NamedDependency[Person], paging: NamedDependency[Paging]
) -> Page[RestaurantView]:
    """Return the network's restaurants, the oldest first, archived ones too."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_restaurants(
            connection, person.network, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/", summary="Make a restaurant")
async def create(
    data: JSONBody[NewRestaurant], central: NamedDependency[Central], person: NamedDependency[Person]
) -> RestaurantView:
    """Make a restaurant; its tills are enrolled apart."""
    async with central.database.network_transaction(person.network) as connection:
        return await make_restaurant(connection, person, data)


@get("/{restaurant_id:int}", summary="Show a restaurant")
async def show(
    restaurant_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> RestaurantView:
    """Return one restaurant."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_restaurant(connection, person.network, restaurant_id)


@patch("/{restaurant_id:int}", summary="Change a restaurant")
async def change(
    restaurant_id: FromPath[int],
    data: JSONBody[RestaurantChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> RestaurantView:
    """Change what is named; the tills of the restaurant hear of it by their feed."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_restaurant(connection, person, restaurant_id, data)


@delete("/{restaurant_id:int}", summary="Archive a restaurant")
async def archive(
    restaurant_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """Take a restaurant out of use; what happened there stays on record."""
    async with central.database.network_transaction(person.network) as connection:
        await change_restaurant(connection, person, restaurant_id, RestaurantChange(archived=True))


@get(
    "/{restaurant_id:int}/logo.png",
    summary="Show the logo of a restaurant's receipts",
    media_type=PNG,
    responses={200: ResponseSpec(bytes, media_type=PNG, description="The picture")},
)
async def logo(
    restaurant_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> Response[bytes]:
    """Return the picture."""
    async with central.database.network_transaction(person.network) as connection:
        return Response(await read_logo(connection, person.network, restaurant_id), media_type=PNG)


restaurant_routes = Router(
    "/api/restaurants",
    route_handlers=[list_all, create, show, change, archive, logo],
    tags=["restaurants"],
    security=[{"bearer": []}],
)
