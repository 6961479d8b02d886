"""The office thinks again about how much there is: of a code, of a budget, for each guest."""

import random
from dataclasses import replace
from typing import Any

from sync.central.services.campaigns import edit_campaign
from sync.central.services.editing.edit_code import CodeChange, edit_code
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.central.services.refusal import Refusal
from sync.rules.campaign import Campaign, Policy
from sync.rules.user_error import UserError
from tests.simulation.registry import step
from tests.simulation.world import World


@step("office: changes how often a code may be used", weight=2)
def uses(world: World, chance: random.Random) -> str | None:
    """More or fewer: what tills hold of the fewer already is exposure that the office took upon itself."""
    codes = [code for code in world.office.codes if code.max_uses is not None]
    if not codes:
        return None
    code, change = chance.choice(codes), chance.choice((-3, -1, 1, 5))
    most = max(1, (code.max_uses or 0) + change)

    async def work(connection: Any) -> None:
        new = CodeChange(max_uses=most)
        await edit_code(
            connection, world.host.secrets, world.office.network, code.id, new, kind=code.campaign.kind
        )

    if not _done(world, work):
        return None
    world.lowered |= {("uses", code.id)} if most < (code.max_uses or 0) else set()
    world.office.codes = [
        replace(each, max_uses=most) if each.id == code.id else each for each in world.office.codes
    ]
    return f"the office lets {code.text} be used {most} times, not {code.max_uses}"


@step("office: changes a budget", weight=1)
def budget(world: World, chance: random.Random) -> str | None:
    codes = [code for code in world.office.codes if code.campaign.budget_minor is not None]
    if not codes:
        return None
    code = chance.choice(codes)
    before = code.campaign.budget_minor or 0
    after = max(100, before + chance.choice((-2000, -500, 500, 3000)))
    campaign = replace(code.campaign, budget_minor=after)
    return _edited(world, campaign, "budget", "budget_minor", before, after)


@step("office: changes how often a guest may come with a campaign", weight=1.5)
def guest_uses(world: World, chance: random.Random) -> str | None:
    """Also for those who have come already."""
    codes = [
        code
        for code in world.office.codes
        if code.campaign.max_uses_per_guest is not None and code.campaign.policy is not Policy.ALLOW_WITH_RISK
    ]
    if not codes:
        return None
    code = chance.choice(codes)
    before = code.campaign.max_uses_per_guest or 0
    after = max(1, before + chance.choice((-2, -1, 1, 2)))
    campaign = replace(code.campaign, max_uses_per_guest=after)
    return _edited(world, campaign, "guest_uses", "max_uses_per_guest", before, after)


def _edited(world: World, campaign: Campaign, kind: str, field: str, before: int, after: int) -> str | None:
    async def work(connection: Any) -> None:
        await edit_campaign(connection, world.office.network, campaign.id, {field: after})

    if not _done(world, work):
        return None
    world.lowered |= {(kind, campaign.id)} if after < before else set()
    world.office.codes = [
        replace(each, campaign=campaign) if each.campaign.id == campaign.id else each
        for each in world.office.codes
    ]
    return f"the office makes {field} of {campaign.name} {after}, not {before}"


def _done(world: World, work: Any) -> bool:
    """Do it; False for what nobody can see yet, or what the office was not allowed to do, in a sentence.

    A refusal ends its transaction, as it does behind every route: what was written until then is not committed.
    """
    try:
        with world.host.transaction(world.office.network) as connection:
            world.host.run(work(connection))
    except (Refusal, UserError):
        return False
    world.note("limits changed")
    return True


def as_put_back(world: World) -> None:
    """Learn how large everything is since central was put back; what was made larger since is smaller again."""
    network = world.office.network
    campaigns = {
        row["id"]: read_campaign(row)
        for row in world.host.rows(f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1", network)
    }
    rows = world.host.rows("SELECT id, code, max_uses FROM codes WHERE network_id = $1", network)
    most = {row["id"]: row["max_uses"] for row in rows}
    texts = {row["id"]: row["code"] for row in rows}
    for code in world.office.codes:
        now = campaigns.get(code.campaign.id, code.campaign)
        for kind, subject, was, is_now in (
            ("uses", code.id, code.max_uses, most.get(code.id, code.max_uses)),
            ("budget", now.id, code.campaign.budget_minor, now.budget_minor),
            ("guest_uses", now.id, code.campaign.max_uses_per_guest, now.max_uses_per_guest),
        ):
            world.lowered |= {(kind, subject)} if (is_now or 0) < (was or 0) else set()
    world.office.codes = [
        replace(
            code,
            text=texts.get(code.id, code.text),
            max_uses=most.get(code.id, code.max_uses),
            campaign=replace(
                code.campaign,
                **_sizes(campaigns.get(code.campaign.id, code.campaign)),
            ),
        )
        for code in world.office.codes
    ]


def _sizes(campaign: Campaign) -> dict[str, Any]:
    return {"budget_minor": campaign.budget_minor, "max_uses_per_guest": campaign.max_uses_per_guest}
