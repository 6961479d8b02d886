"""`/api/tills`: tills as the office manages them."""

from os import environ
from typing import Annotated, Any

from litestar import Request, Router, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.database import URL_VARIABLE
from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.schema.numbers import MAX_ID
from sync.central.schema.words import TillStatus
from sync.central.services.login import Person
from sync.central.services.till_desk import (
    AskedBack,
    EnrolmentCode,
    TillChange,
    TillToMake,
    TillView,
    ask_all_back,
    list_tills,
    make_till,
    read_till,
    rename_till,
    replace_machine,
    revoke,
)

MAX_BYTES = 4 * 1024


def public_address(request: Request[Any, Any, State]) -> str:
    """Return where tills reach this office: as its operator said, else where this request did."""
    return environ.get(URL_VARIABLE) or str(request.base_url).rstrip("/")


@get("/", summary="List tills")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    restaurant: Annotated[
        int | None, QueryParameter(ge=1, le=MAX_ID, description="Only those of this restaurant.")
    ] = None,
    status: Annotated[TillStatus | None, QueryParameter(description="Only those in this state.")] = None,
) -> Page[TillView]:
    """Return the tills with what they said of themselves at their last contact."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_tills(
            connection,
            person.network,
            restaurant=restaurant,
            status=status,
            limit=paging.limit,
            offset=paging.offset,
        )
    return page_of(items, total, paging)


@post("/", summary="Make a till, and a code that enrols it", request_max_body_size=MAX_BYTES)
async def create(
    request: Request[Any, Any, State],
    data: JSONBody[TillToMake],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> EnrolmentCode:
    """Make a till. Its code is good once, for a day; show ``qr_text`` as a QR to the new machine's camera."""
    address = public_address(request)
    async with central.database.network_transaction(person.network) as connection:
        return await make_till(connection, person, data, central=address)


@get("/{till_id:int}", summary="Show a till")
async def show(
    till_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> TillView:
    """Return one till."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_till(connection, person.network, till_id)


@patch("/{till_id:int}", summary="Rename a till", request_max_body_size=MAX_BYTES)
async def rename(
    till_id: FromPath[int],
    data: JSONBody[TillChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> TillView:
    """Give a till another name; the machine hears of it when it is enrolled again."""
    async with central.database.network_transaction(person.network) as connection:
        return await rename_till(connection, person, till_id, data)


@post("/{till_id:int}/enrolment", summary="Let another machine take a till's place")
async def replace(
    till_id: FromPath[int],
    request: Request[Any, Any, State],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> EnrolmentCode:
    """Give a one-time code; the machine that has been the till goes on until another uses the code."""
    address = public_address(request)
    async with central.database.network_transaction(person.network) as connection:
        return await replace_machine(connection, person, till_id, central=address)


@post("/{till_id:int}/revoke", status_code=200, summary="Revoke a till")
async def end(
    till_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> TillView:
    """Let a till do nothing more but hand in what it has recorded."""
    async with central.database.network_transaction(person.network) as connection:
        return await revoke(connection, person, till_id)


@post("/{till_id:int}/recall", status_code=200, summary="Ask a till's units back")
async def recall(
    till_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> AskedBack:
    """Ask for everything that the till holds of limited codes, points and allowances."""
    async with central.database.network_transaction(person.network) as connection:
        return await ask_all_back(connection, person, till_id)


tills_routes = Router(
    "/api/tills",
    route_handlers=[list_all, create, show, rename, replace, end, recall],
    tags=["tills"],
    security=[{"bearer": []}],
)
