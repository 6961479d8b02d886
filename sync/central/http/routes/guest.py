"""`/api/guest/{id}`: one guest's balance, history and transactions (document 004)."""

from typing import Annotated, Any

from litestar import Request, Router, get, patch, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody

from sync.central.http.callers import Caller
from sync.central.http.central import Central
from sync.central.http.own_guest import about_guest
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import done_once
from sync.central.http.routes.guest_cards import card_handlers
from sync.central.http.second_person import second_person
from sync.central.http.short_way import let_in
from sync.central.services.idempotency import KEY_HEADER
from sync.central.services.login import Person
from sync.central.services.loyalty.asking import NewTransaction
from sync.central.services.loyalty.balance import Balance, read_balance
from sync.central.services.loyalty.guest_desk import GuestView, read_guest
from sync.central.services.loyalty.history import HistoryItem, read_history
from sync.central.services.loyalty.logs import (
    ManualCredit,
    TierChangeView,
    list_credits,
    list_tier_changes,
)
from sync.central.services.loyalty.profile import GuestChange, TierByHand, change_guest, set_tier
from sync.central.services.loyalty.transactions import TransactionView, make_transaction

MAX_BYTES = 32 * 1024


@get("/{guest_id:int}", summary="Show a guest")
async def show(guest_id: FromPath[int], central: NamedDependency[Central], caller: Caller) -> GuestView:
    """Return a guest with what they said of themselves; a guest sees nobody but themselves."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        return await read_guest(connection, central.secrets, caller.network, number)


@patch("/{guest_id:int}", summary="Change a guest", request_max_body_size=MAX_BYTES)
async def change(
    guest_id: FromPath[int],
    data: JSONBody[GuestChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> GuestView:
    """Change what is named; the tills hear of it."""
    async with about_guest(central, person, guest_id) as (connection, number):
        return await change_guest(connection, central.secrets, person, number, data)


@get("/{guest_id:int}/balance", summary="Current balance")
async def balance(
    request: Request[Any, Any, State],
    guest_id: FromPath[int],
    central: NamedDependency[Central],
    caller: Caller,
) -> Balance:
    """Return points, tier, and what expires when."""
    let_in(request, central, caller)
    async with about_guest(central, caller, guest_id) as (connection, number):
        return await read_balance(connection, caller.network, number)


@get("/{guest_id:int}/history", summary="Transaction history")
async def history(
    guest_id: FromPath[int],
    central: NamedDependency[Central],
    caller: Caller,
    paging: NamedDependency[Paging],
) -> Page[HistoryItem]:
    """Return sales, refunds, redemptions and points by hand, the newest first."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        items, total = await read_history(
            connection, caller.network, number, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/{guest_id:int}/transaction", summary="Create a transaction", request_max_body_size=MAX_BYTES)
async def transact(
    request: Request[Any, Any, State],
    guest_id: FromPath[int],
    data: JSONBody[NewTransaction],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: Annotated[
        str | None, HeaderParameter(name=KEY_HEADER, description="New for each new transaction.")
    ] = None,
) -> TransactionView:
    """Book a SALE, a REDEMPTION or a MANUAL operation; sent again with the same key, it is booked once."""
    approved_by = await second_person(request, central, person, data.approval)

    return await done_once(
        central,
        person,
        key,
        (f"POST /api/guest/{guest_id}/transaction", _without_password(data)),
        lambda connection: make_transaction(
            connection, central.secrets, person, guest_id, data, approved_by=approved_by
        ),
        TransactionView,
    )


def _without_password(data: NewTransaction) -> dict[str, Any]:
    approval = None if data.approval is None else data.approval.email
    fields = {name: getattr(data, name) for name in data.__struct_fields__}
    return fields | {"approval": approval}


@get("/{guest_id:int}/credits", summary="Points by hand")
async def credits_of(
    guest_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
) -> Page[ManualCredit]:
    """Return who gave or took points by hand, with reason and second person, the newest first."""
    async with about_guest(central, person, guest_id) as (connection, number):
        items, total = await list_credits(
            connection, person.network, number, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@put("/{guest_id:int}/tier", summary="Give a guest a tier by hand", request_max_body_size=MAX_BYTES)
async def tier(
    guest_id: FromPath[int],
    data: JSONBody[TierByHand],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> GuestView:
    """Give a tier that no review takes away again."""
    async with about_guest(central, person, guest_id) as (connection, number):
        return await set_tier(connection, central.secrets, person, number, data)


@get("/{guest_id:int}/tier-changes", summary="How the tier changed")
async def tier_changes(
    guest_id: FromPath[int],
    central: NamedDependency[Central],
    caller: Caller,
    paging: NamedDependency[Paging],
) -> Page[TierChangeView]:
    """Return the upgrades and downgrades, the newest first."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        items, total = await list_tier_changes(
            connection, caller.network, number, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


guest_routes = Router(
    "/api/guest",
    route_handlers=[
        show,
        change,
        balance,
        history,
        transact,
        credits_of,
        tier,
        tier_changes,
        *card_handlers,
    ],
    tags=["guests"],
    security=[{"bearer": []}],
)
