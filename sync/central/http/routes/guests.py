"""`/api/guests`, and the guests and figures of a restaurant."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.instants import fit_instant
from sync.central.http.paging import Page, Paging, page_of
from sync.central.schema.numbers import MAX_ID
from sync.central.services.audit import record_by
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.login import Person
from sync.central.services.loyalty.guest_desk import GuestView, Segment, list_guests, read_guest
from sync.central.services.loyalty.restaurant_figures import RestaurantAnalytics, read_analytics
from sync.central.services.restaurant_desk import read_restaurant
from sync.central.services.staff import fit_email

MAX_BYTES = 16 * 1024


class GuestToMake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A guest whom the office registers."""

    name: str
    phone: str | None = None
    email: str | None = None


class MadeGuest(msgspec.Struct, frozen=True, kw_only=True):
    """A new guest, and the text of their card's QR, shown now and never again."""

    guest: GuestView
    card: str


async def provide_segment(
    phone: Annotated[str | None, QueryParameter(description="Only who has this number.")] = None,
    tier: Annotated[str | None, QueryParameter(description="Only who is in this tier.")] = None,
    restaurant: Annotated[
        int | None, QueryParameter(ge=0, le=MAX_ID, description="Only who bought something here.")
    ] = None,
    least_purchases: Annotated[
        int | None, QueryParameter(ge=0, le=MAX_ID, description="Only who bought as often.")
    ] = None,
    least_points: Annotated[
        int | None, QueryParameter(ge=0, le=MAX_ID, description="Only who has as many points.")
    ] = None,
    bought_since: Annotated[datetime | None, QueryParameter(description="Only who bought since.")] = None,
    not_bought_since: Annotated[datetime | None, QueryParameter(description="Only who did not.")] = None,
    blocked: Annotated[bool | None, QueryParameter(description="Only who is blocked, or is not.")] = None,
) -> Segment:
    """Read from the query which guests are meant."""
    return Segment(
        phone=phone,
        tier=tier,
        restaurant=restaurant,
        least_purchases=least_purchases,
        least_points=least_points,
        bought_since=fit_instant(bought_since),
        not_bought_since=fit_instant(not_bought_since),
        blocked=blocked,
    )


@get(
    "/",
    summary="List guests, a segment of them, or find one by phone",
    dependencies={"segment": Provide(provide_segment)},
)
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    segment: NamedDependency[Segment],
) -> Page[GuestView]:
    """Return the network's guests, the newest first; of a segment those who are all that is asked for."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_guests(
            connection,
            central.secrets,
            person.network,
            segment,
            limit=paging.limit,
            offset=paging.offset,
        )
    return page_of(items, total, paging)


@post("/", summary="Register a guest", request_max_body_size=MAX_BYTES)
async def create(
    data: JSONBody[GuestToMake], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MadeGuest:
    """Make a guest with a card; a phone number that somebody has is refused."""
    new = NewGuest(
        name=data.name, phone=data.phone, email=None if data.email is None else fit_email(data.email)
    )
    async with central.database.network_transaction(person.network) as connection:
        made = await create_guest(connection, person.network, central.secrets, new)
        await record_by(connection, person, "guest.create", f"guest:{made.guest_id}")
        view = await read_guest(connection, central.secrets, person.network, made.guest_id)
    return MadeGuest(guest=view, card=made.card)


@get("/{restaurant_id:int}/guests", summary="Guests of a restaurant")
async def of_restaurant(
    restaurant_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
) -> Page[GuestView]:
    """Return the guests who bought something there, the newest first."""
    async with central.database.network_transaction(person.network) as connection:
        await read_restaurant(connection, person.network, restaurant_id)
        items, total = await list_guests(
            connection,
            central.secrets,
            person.network,
            Segment(restaurant=restaurant_id),
            limit=paging.limit,
            offset=paging.offset,
        )
    return page_of(items, total, paging)


@get("/{restaurant_id:int}/analytics", summary="Figures of a restaurant")
async def analytics(
    restaurant_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    start: Annotated[
        date | None, QueryParameter(description="The first day; 30 days before the last.")
    ] = None,
    end: Annotated[date | None, QueryParameter(description="The last day, included; today.")] = None,
) -> RestaurantAnalytics:
    """Return sales, guests, points and tiers of some days, in the restaurant's own time zone."""
    async with central.database.network_transaction(person.network, repeatable_read=True) as connection:
        return await read_analytics(connection, person.network, restaurant_id, start, end)


guests_routes = Router(
    "/api/guests", route_handlers=[list_all, create], tags=["guests"], security=[{"bearer": []}]
)
restaurant_guest_routes = Router(
    "/api/restaurants",
    route_handlers=[of_restaurant, analytics],
    tags=["restaurants"],
    security=[{"bearer": []}],
)
