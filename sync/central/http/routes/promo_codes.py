"""`/api/admin/promo-codes`: codes with hours, limits and a bonus on offers (document 002)."""

from typing import Annotated

from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import OnceKey, done_once, operation_of
from sync.central.services.login import Person
from sync.central.services.promo.applying import Applied, ApplyRequest, apply_promo
from sync.central.services.promo.desk import (
    NewPromo,
    PromoChange,
    change_promo,
    delete_promo,
    make_promo,
)
from sync.central.services.promo.offers import (
    OfferAnalytics,
    UserApplications,
    offer_analytics,
    user_applications,
)
from sync.central.services.promo.views import PromoView, list_promos, read_promo

_ROOT = "/api/admin/promo-codes"


@get("/", summary="List promo codes, or find one by its text")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    code: Annotated[
        str | None, QueryParameter(description="Only the code that is written so, whatever its case.")
    ] = None,
) -> Page[PromoView]:
    """Return the promo codes, the newest first."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_promos(
            connection, person.network, text=code, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/", summary="Make a promo code")
async def create(
    data: JSONBody[NewPromo],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    idempotency_key: OnceKey = None,
) -> PromoView:
    """Make a code with terms of its own; a text that is left out is drawn."""
    return await done_once(
        central,
        person,
        idempotency_key,
        (f"POST {_ROOT}", data),
        lambda connection: make_promo(connection, central.secrets, person, data),
        PromoView,
    )


@get("/{code_id:int}", summary="Show a promo code")
async def show(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> PromoView:
    """Return one code."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_promo(connection, person.network, code_id)


@patch("/{code_id:int}", summary="Change a promo code")
async def change(
    code_id: FromPath[int],
    data: JSONBody[PromoChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> PromoView:
    """Change what is named; the tills hear of it by their feed."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_promo(connection, central.secrets, person, code_id, data)


@delete("/{code_id:int}", summary="Delete a promo code")
async def remove(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """Take a code out of use and out of the lists; what it gave stays on record."""
    async with central.database.network_transaction(person.network) as connection:
        await delete_promo(connection, central.secrets, person, code_id)


@post("/{code_id:int}/apply", status_code=200, summary="Apply a promo code to an offer")
async def apply(
    code_id: FromPath[int],
    data: JSONBody[ApplyRequest],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    idempotency_key: OnceKey = None,
) -> Applied:
    """Count a use on an offer that a guest has completed, and note the bonus; the last use ends the code."""
    operation = operation_of(central, person, idempotency_key)
    async with central.bounds.naming_a_code(person):
        return await apply_promo(central.database, central.secrets, person, code_id, data, operation)


@get("/{code_id:int}/offer-analytics", summary="On which offers a promo code was used")
async def analytics(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> OfferAnalytics:
    """Return uses, bonus and guests by offer, by callers and tills alike."""
    async with central.database.network_transaction(person.network) as connection:
        return await offer_analytics(connection, person.network, code_id)


@get("/{code_id:int}/user-applications", summary="Who used a promo code on which offer")
async def applications(
    code_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
) -> UserApplications:
    """Return guests and offers with the bonus of each use, the newest first."""
    async with central.database.network_transaction(person.network) as connection:
        return await user_applications(
            connection, central.secrets, person.network, code_id, page=paging.page, limit=paging.limit
        )


promo_routes = Router(
    _ROOT,
    route_handlers=[list_all, create, show, change, remove, apply, analytics, applications],
    tags=["promo codes"],
    security=[{"bearer": []}],
)
