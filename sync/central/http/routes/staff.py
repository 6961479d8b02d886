"""`/api/staff`: who works for the network."""

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.services.login import Person
from sync.central.services.people.staff_desk import (
    MadeStaff,
    StaffChange,
    StaffToMake,
    StaffView,
    change_staff,
    hire,
    list_staff,
    read_staff,
    sign_out,
)

MAX_BYTES = 16 * 1024


@get("/", summary="List people")
async def list_all(
    central: NamedDependency[Central], person: NamedDependency[Person], paging: NamedDependency[Paging]
) -> Page[StaffView]:
    """Return the people of the network, those who left too."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_staff(
            connection, central.secrets, person.network, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/", summary="Make a person", request_max_body_size=MAX_BYTES)
async def create(
    data: JSONBody[StaffToMake], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MadeStaff:
    """Make a person with role, PIN, badge or password; the tills know them within a second."""
    async with central.database.network_transaction(person.network) as connection:
        return await hire(connection, central.secrets, person, data)


@get("/{staff_id:int}", summary="Show a person")
async def show(
    staff_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> StaffView:
    """Return one person."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_staff(connection, central.secrets, person.network, staff_id)


@patch("/{staff_id:int}", summary="Change a person", request_max_body_size=MAX_BYTES)
async def change(
    staff_id: FromPath[int],
    data: JSONBody[StaffChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> StaffView:
    """Change what is named; whoever leaves is out at once, here and at every till that has contact."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_staff(connection, central.secrets, person, staff_id, data)


@post("/{staff_id:int}/sign-out", status_code=204, summary="Sign a person out everywhere")
async def out(
    staff_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """End all sign-ins of a person."""
    async with central.database.network_transaction(person.network) as connection:
        await sign_out(connection, central.secrets, person, staff_id)


staff_routes = Router(
    "/api/staff",
    route_handlers=[list_all, create, show, change, out],
    tags=["people"],
    security=[{"bearer": []}],
)
