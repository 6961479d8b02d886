"""`/api/cases`: what a person must decide; `/api/alerts`: beyond which limits the office is told."""

from typing import Annotated

from litestar import Router, get, patch, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.schema.numbers import MAX_ID
from sync.central.services.alerting.rules import AlertRules
from sync.central.services.alerting.watch import AlertBoard, board, set_rules
from sync.central.services.case_desk import (
    CaseChange,
    CaseFilter,
    CaseView,
    change_case,
    list_cases,
    read_case,
)
from sync.central.services.cases import CaseKind
from sync.central.services.login import Person

Open = Annotated[bool | None, QueryParameter(name="open", description="Only those that wait, or do not.")]
OfKind = Annotated[CaseKind | None, QueryParameter(description="Only those of this kind.")]
OfTill = Annotated[
    int | None, QueryParameter(name="till", ge=1, le=MAX_ID, description="Only those of this till.")
]


@get("/cases", summary="List cases")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    *,
    waiting: Open = None,
    kind: OfKind = None,
    till_id: OfTill = None,
) -> Page[CaseView]:
    """Return the network's cases, the newest first; nothing disappears."""
    wanted = CaseFilter(open=waiting, kind=None if kind is None else kind.value, till=till_id)
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_cases(
            connection, person.network, wanted, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@get("/cases/{case_id:int}", summary="Show a case")
async def show(
    case_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> CaseView:
    """Return one case."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_case(connection, person.network, case_id)


@patch("/cases/{case_id:int}", summary="Take a case, or close it")
async def change(
    case_id: FromPath[int],
    data: JSONBody[CaseChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> CaseView:
    """Make a case one's own, or close it with an outcome; alerts close by themselves."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_case(connection, person, case_id, data)


@get("/alerts", summary="Show the alerts and their limits")
async def show_alerts(central: NamedDependency[Central], person: NamedDependency[Person]) -> AlertBoard:
    """Measure now, and return how the four alerts stand."""
    async with central.database.network_transaction(person.network) as connection:
        return await board(connection, person.network)


@put("/alerts", summary="Set the limits of the alerts")
async def change_alerts(
    data: JSONBody[AlertRules], central: NamedDependency[Central], person: NamedDependency[Person]
) -> AlertBoard:
    """Set all limits; what is left out is as usual."""
    async with central.database.network_transaction(person.network) as connection:
        return await set_rules(connection, person, data)


case_routes = Router(
    "/api",
    route_handlers=[list_all, show, change, show_alerts, change_alerts],
    tags=["cases"],
    security=[{"bearer": []}],
)
