"""`/api/codes/bulk`: up to a million codes of any kind at once, made in the background."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import OnceKey, done_once
from sync.central.services.login import Person
from sync.central.services.making.code_csv import code_lines, require_done
from sync.central.services.making.orders import (
    BulkOrder,
    BulkView,
    cancel_order,
    list_orders,
    order_codes,
    read_order,
)

_ROOT = "/api/codes/bulk"
ACCEPTED = 202
CSV = "text/csv"


@get("/", summary="List orders of codes")
async def list_all(
    central: NamedDependency[Central], person: NamedDependency[Person], paging: NamedDependency[Paging]
) -> Page[BulkView]:
    """Return the network's orders, the newest first."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_orders(connection, person.network, limit=paging.limit, offset=paging.offset)
    return page_of(items, total, paging)


@post("/", status_code=ACCEPTED, summary="Order many codes")
async def order(
    data: JSONBody[BulkOrder],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    idempotency_key: OnceKey = None,
) -> BulkView:
    """Put an order into line; its codes are there all at once when it is done."""
    return await done_once(
        central,
        person,
        idempotency_key,
        (f"POST {_ROOT}", data),
        lambda connection: order_codes(
            connection, person.network, data, staff=person.staff, actor=person.actor
        ),
        BulkView,
        status=ACCEPTED,
    )


@get("/{order_id:int}", summary="Show how far an order of codes is")
async def show(
    order_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> BulkView:
    """Return one order."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_order(connection, person.network, order_id)


@post("/{order_id:int}/cancel", status_code=200, summary="Cancel an order of codes")
async def cancel(
    order_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> BulkView:
    """End an order that is not done; none of its codes will be there."""
    async with central.database.network_transaction(person.network) as connection:
        return await cancel_order(connection, person.network, order_id, actor=person.actor)


@get(
    "/{order_id:int}/codes.csv",
    summary="Load the codes of an order",
    media_type=CSV,
    responses={
        200: ResponseSpec(str, media_type=CSV, description="One code a line, as an import reads them")
    },
)
async def load(
    order_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> Stream:
    """Return the codes of an order that is done, in a stream."""
    async with central.database.network_transaction(person.network) as connection:
        done = await require_done(connection, person.network, order_id)
    return Stream(
        code_lines(central.database, person.network, done.id),
        media_type=f"{CSV}; charset=utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="codes-{done.id}.csv"',
        },
    )


bulk_routes = Router(
    _ROOT,
    route_handlers=[list_all, order, show, cancel, load],
    tags=["codes"],
    security=[{"bearer": []}],
)
