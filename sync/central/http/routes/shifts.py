"""`/api/shifts` and `/api/overrides`: what was counted and decided at the tills, for the office to read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from sync.central.http.central import Central
from sync.central.http.instants import fit_instant
from sync.central.http.paging import Page, Paging, page_of
from sync.central.schema.numbers import MAX_ID
from sync.central.services.login import Person
from sync.central.services.shift_desk import (
    OverrideView,
    ShiftReport,
    ShiftView,
    Span,
    list_overrides,
    list_shifts,
    read_shift,
)

Restaurant = Annotated[int | None, QueryParameter(ge=1, le=MAX_ID, description="Only of this restaurant.")]
Till = Annotated[int | None, QueryParameter(name="till", ge=1, le=MAX_ID, description="Only of this till.")]
Since = Annotated[datetime | None, QueryParameter(description="Not before this instant.")]
Until = Annotated[datetime | None, QueryParameter(description="Before this instant.")]


@get("/shifts", summary="List shifts")
async def shifts(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    restaurant: Restaurant = None,
    of_till: Till = None,
    since: Since = None,
    until: Until = None,
    is_open: Annotated[
        bool | None, QueryParameter(name="open", description="Only those that are open, or only closed ones.")
    ] = None,
) -> Page[ShiftView]:
    """Return shifts of all tills, the newest first."""
    span = Span(restaurant, of_till, fit_instant(since), fit_instant(until))
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_shifts(
            connection, person.network, span, open_only=is_open, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@get("/shifts/{shift_id:uuid}", summary="Show a shift's report")
async def shift(
    shift_id: FromPath[UUID], central: NamedDependency[Central], person: NamedDependency[Person]
) -> ShiftReport:
    """Return a Z report, or the X report of an open shift, beside what the office reckons from the till's events."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_shift(connection, person.network, shift_id)


@get("/overrides", summary="List managers' decisions")
async def overrides(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    restaurant: Restaurant = None,
    of_till: Till = None,
    since: Since = None,
    until: Until = None,
    allowed: Annotated[
        bool | None, QueryParameter(description="Only what was allowed, or only what was not.")
    ] = None,
) -> Page[OverrideView]:
    """Return what managers decided where the rules had asked, the newest first."""
    span = Span(restaurant, of_till, fit_instant(since), fit_instant(until))
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_overrides(
            connection, person.network, span, allowed=allowed, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


shift_routes = Router(
    "/api", route_handlers=[shifts, shift, overrides], tags=["shifts"], security=[{"bearer": []}]
)
