"""`/api/loyalty`, `/api/tiers`, `/api/rewards`: how the network's programme works."""

from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sync.central.http.callers import Caller
from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.services.login import Person
from sync.central.services.loyalty.logs import ManualCredit, list_credits
from sync.central.services.loyalty.reward_desk import (
    NewReward,
    RewardChange,
    RewardView,
    add_reward,
    change_reward,
    drop_reward,
    find_reward,
    show_rewards,
)
from sync.central.services.loyalty.settings import (
    LoyaltyChange,
    LoyaltyView,
    change_loyalty,
    read_loyalty,
)
from sync.rules.tiers import Tier

MAX_BYTES = 64 * 1024


@get("/loyalty", summary="The programme")
async def show_programme(central: NamedDependency[Central], caller: Caller) -> LoyaltyView:
    """Return the model, the tiers, and the rules of points."""
    async with central.database.network_transaction(caller.network) as connection:
        return await read_loyalty(connection, caller.network)


@patch("/loyalty", summary="Change the programme", request_max_body_size=MAX_BYTES)
async def change_programme(
    data: JSONBody[LoyaltyChange], central: NamedDependency[Central], person: NamedDependency[Person]
) -> LoyaltyView:
    """Change what is named; the tills follow."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_loyalty(connection, person, data)


@get("/loyalty/credits", summary="Points by hand")
async def all_credits(
    central: NamedDependency[Central], person: NamedDependency[Person], paging: NamedDependency[Paging]
) -> Page[ManualCredit]:
    """Return who gave or took whose points by hand, the newest first."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_credits(
            connection, person.network, None, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@get("/tiers", summary="The tiers")
async def tiers(central: NamedDependency[Central], caller: Caller) -> list[Tier]:
    """Return the tiers as they are defined, the lowest first."""
    async with central.database.network_transaction(caller.network) as connection:
        return sorted(
            (await read_loyalty(connection, caller.network)).tiers, key=lambda tier: tier.from_points
        )


@get("/rewards", summary="The catalogue of rewards")
async def rewards(
    central: NamedDependency[Central], caller: Caller, paging: NamedDependency[Paging]
) -> Page[RewardView]:
    """Return the rewards, the cheapest first, those that are not offered now too."""
    async with central.database.network_transaction(caller.network) as connection:
        items, total = await show_rewards(
            connection, caller.network, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/rewards", summary="Offer a reward", request_max_body_size=MAX_BYTES)
async def offer(
    data: JSONBody[NewReward], central: NamedDependency[Central], person: NamedDependency[Person]
) -> RewardView:
    """Add a reward to the catalogue of every till."""
    async with central.database.network_transaction(person.network) as connection:
        return await add_reward(connection, person, data)


@get("/rewards/{reward_id:int}", summary="Show a reward")
async def show_reward(
    reward_id: FromPath[int], central: NamedDependency[Central], caller: Caller
) -> RewardView:
    """Return one reward."""
    async with central.database.network_transaction(caller.network) as connection:
        return await find_reward(connection, caller.network, reward_id)


@patch("/rewards/{reward_id:int}", summary="Change a reward", request_max_body_size=MAX_BYTES)
async def alter_reward(
    reward_id: FromPath[int],
    data: JSONBody[RewardChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> RewardView:
    """Change what is named."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_reward(connection, person, reward_id, data)


@delete("/rewards/{reward_id:int}", summary="Take a reward out of the catalogue")
async def remove_reward(
    reward_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """Remove a reward that nobody has had; others are switched off instead."""
    async with central.database.network_transaction(person.network) as connection:
        await drop_reward(connection, person, reward_id)


loyalty_routes = Router(
    "/api",
    route_handlers=[
        show_programme,
        change_programme,
        all_credits,
        tiers,
        rewards,
        offer,
        show_reward,
        alter_reward,
        remove_reward,
    ],
    tags=["loyalty"],
    security=[{"bearer": []}],
)
