"""`/api/campaigns`: the rules and the policy that codes share."""

from typing import Annotated, Any

from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import OnceKey, done_once
from sync.central.services.campaigning.desk import (
    CampaignFilter,
    CampaignView,
    archive_campaign,
    change_campaign,
    list_campaigns,
    make_campaign,
    show_campaign,
)
from sync.central.services.campaigning.figures import CampaignStats, campaign_stats
from sync.central.services.campaigning.trying import Tried, TryRequest, try_campaign
from sync.central.services.login import Person
from sync.rules.campaign import CampaignStatus
from sync.rules.code import Kind

_ROOT = "/api/campaigns"


@get("/", summary="List campaigns")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    kind: Annotated[Kind | None, QueryParameter(description="Only campaigns for codes of this kind.")] = None,
    status: Annotated[
        CampaignStatus | None, QueryParameter(description="Only these; archived ones are shown only so.")
    ] = None,
) -> Page[CampaignView]:
    """Return the campaigns, the newest first."""
    wanted = CampaignFilter(kind=kind, status=status)
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_campaigns(
            connection, person.network, wanted, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/", summary="Make a campaign")
async def create(
    data: JSONBody[dict[str, Any]],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    idempotency_key: OnceKey = None,
) -> CampaignView:
    """Make a campaign of the fields of its rules; kind and name are needed, the rest has usual values."""
    return await done_once(
        central,
        person,
        idempotency_key,
        (f"POST {_ROOT}", data),
        lambda connection: make_campaign(connection, person, data),
        CampaignView,
    )


@get("/{campaign_id:int}", summary="Show a campaign")
async def show(
    campaign_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> CampaignView:
    """Return one campaign, archived or not."""
    async with central.database.network_transaction(person.network) as connection:
        return await show_campaign(connection, person.network, campaign_id)


@patch("/{campaign_id:int}", summary="Change a campaign")
async def change(
    campaign_id: FromPath[int],
    data: JSONBody[dict[str, Any]],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> CampaignView:
    """Change the fields of its rules that are named; the tills hear of it by their feed."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_campaign(connection, person, campaign_id, data)


@delete("/{campaign_id:int}", summary="Archive a campaign")
async def archive(
    campaign_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """Take a campaign out of use with all its codes; what they gave stays on record."""
    async with central.database.network_transaction(person.network) as connection:
        await archive_campaign(connection, person, campaign_id)


@get("/{campaign_id:int}/stats", summary="Figures of a campaign")
async def stats(
    campaign_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> CampaignStats:
    """Return codes, uses, guests, what was given, and how the budget stands."""
    async with central.database.network_transaction(person.network) as connection:
        return await campaign_stats(connection, person.network, campaign_id)


@post("/try", status_code=200, summary="Try a campaign before it is saved")
async def try_out(
    data: JSONBody[TryRequest], central: NamedDependency[Central], person: NamedDependency[Person]
) -> Tried:
    """Judge a sample bill by a draft, and reckon its worst case; nothing is saved."""
    async with central.database.network_transaction(person.network) as connection:
        return await try_campaign(connection, person.network, data)


campaign_routes = Router(
    _ROOT,
    route_handlers=[list_all, create, show, change, archive, stats, try_out],
    tags=["campaigns"],
    security=[{"bearer": []}],
)
