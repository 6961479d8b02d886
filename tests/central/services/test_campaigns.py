"""What the office refuses to save: the same contradictions that the rules name, before anything is made."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sync.central.services.campaigns import require_saveable
from sync.rules.campaign import Benefit, BenefitKind, Campaign, Stacking
from sync.rules.code import Kind
from sync.rules.user_error import UserError
from tests.builders.central_world import OfficeWorld, in_office
from tests.builders.rules import a_campaign, fixed, hours, percent


def run(dsn: str, work: Callable[[OfficeWorld], Awaitable[None]]) -> None:
    asyncio.run(in_office(dsn, work))


async def refused(world: OfficeWorld, **rules: Any) -> str:
    with pytest.raises(UserError) as caught:
        await world.campaign(Kind.PROMO, **rules)
    assert caught.value.reason == "campaign_contradicts"
    assert caught.value.advice == "Correct the named fields, then save again."
    return caught.value.sentence


CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    (
        {"starts_on": "2026-02-02", "ends_on": "2026-02-01"},
        "ends_on (2026-02-01) lies before starts_on (2026-02-02).",
    ),
    ({"benefit": percent(1_000, 99), "min_basket_minor": 1_000}, "benefit.cap_minor (0.99 EUR) lies below"),
    ({"zone": "Mars/Olympus"}, "zone is not a time zone"),
    ({"min_basket_minor": -1}, "min_basket_minor must be from 0"),
    ({"benefit": fixed(-500)}, "benefit.amount_minor must be"),
    ({"benefit": percent(1_000), "budget_minor": -1}, "budget_minor must be from 0"),
    ({"active_hours": (hours("06:00", "25:00"),)}, "active_hours.end is not a time"),
    ({"benefit": Benefit(kind=BenefitKind.TIER_GRANT, tier="DIAMOND")}, "benefit.tier names 'DIAMOND'"),
    ({"tiers": ("DIAMOND",)}, "tiers names 'DIAMOND', which this network does not have"),
    ({"starts_on": "soon", "zone": "Nowhere"}, "starts_on is not a day"),
]


@pytest.mark.parametrize(
    ("rules", "said"), CONTRADICTIONS, ids=[said.split()[0] for _, said in CONTRADICTIONS]
)
def test_a_campaign_that_contradicts_itself_is_refused_with_field_and_reason(
    central_dsn: str, rules: dict[str, Any], said: str
) -> None:
    async def work(world: OfficeWorld) -> None:
        assert said in await refused(world, **rules)
        assert await world.fetch("SELECT 1 FROM campaigns") == []
        assert await world.fetch("SELECT 1 FROM limits WHERE kind = 'budget'") == []
        assert await world.fetch("SELECT 1 FROM outbox WHERE tab = 'campaign'") == []

    run(central_dsn, work)


def test_stack_groups_that_people_read_as_one_are_refused_at_the_second_campaign(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        together: dict[str, Any] = {"stacking": Stacking.COMBINABLE}
        first = await world.campaign(Kind.PROMO, stack_group="drinks", **together)
        await world.campaign(Kind.PROMO, stack_group="drinks", **together)
        await world.campaign(Kind.PROMO, stack_group="mains", **together)
        await world.campaign(Kind.PROMO, **together)
        said = await refused(world, stack_group="Drinks ", **together)
        assert said == "stack_group 'Drinks ' overlaps the group 'drinks'; write both alike."
        async with world.database.network_transaction(world.network_id) as connection:
            await require_saveable(connection, world.network_id, first)
            await connection.execute("UPDATE campaigns SET status = 'archived'")
        await world.campaign(Kind.PROMO, stack_group="Drinks ", **together)

    run(central_dsn, work)


def test_a_campaign_may_name_the_tiers_of_its_own_network_only(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            await connection.execute(
                """UPDATE networks SET tiers = '[{"name": "DIAMOND", "percent_bp": 500, "from_points": 0}]'::jsonb"""
                " WHERE id = $1",
                world.network_id,
            )
        assert (await world.campaign(tiers=("DIAMOND",))).tiers == ("DIAMOND",)
        assert "tiers names 'GOLD'" in await refused(world, tiers=("GOLD",))

    run(central_dsn, work)


def test_every_fault_is_said_at_once(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        wrong: Campaign = a_campaign(fixed(0), zone="", currency="euro")
        async with world.database.network_transaction(world.network_id) as connection:
            with pytest.raises(UserError) as caught:
                await require_saveable(connection, world.network_id, wrong)
        said = caught.value.sentence
        assert [field in said for field in ("zone ", "currency ", "benefit.amount_minor ")] == [True] * 3

    run(central_dsn, work)
