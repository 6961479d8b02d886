"""What people in the office change, some of it in transactions that commit late and out of order."""

import random
from contextlib import suppress
from dataclasses import replace

import asyncpg

from sync.central.services.campaigns import edit_campaign
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, CODE_COLUMNS, campaign_row, code_row
from sync.central.services.outbox import publish
from sync.central.services.sequencer import stamp
from sync.central.services.tills import revoke_till
from sync.protocol.feed import Table
from sync.rules.campaign import Campaign, Policy
from sync.rules.user_error import UserError
from tests.simulation.registry import step
from tests.simulation.world import World

MAX_HELD = 2
MAX_BETWEEN = 25
MAX_CODES = 80


@step("office: makes a campaign", weight=1.5)
def campaign(world: World, chance: random.Random) -> str | None:
    if len(world.office.codes) > MAX_CODES:
        return None
    codes = world.office.new_codes(chance, world.timeline.now_ms)
    return f"the office makes {', '.join(code.text for code in codes)}"


@step("office: registers a guest", weight=1)
def guest(world: World, chance: random.Random) -> str | None:
    return f"the office registers guest {world.office.new_guest().id}"


@step("office: switches a code", weight=2)
def switch(world: World, chance: random.Random) -> str | None:
    code = chance.choice(world.office.codes)
    status = chance.choice(("active", "active", "inactive"))
    with world.host.transaction(world.office.network) as connection:
        known = world.host.run(_set_code(world, connection, code.id, status))
    if known:
        (world.off.add if status == "inactive" else world.off.discard)(code.id)
    return f"the office sets {code.text} {status}" if known else None


@step("office: switches a campaign", weight=1)
def pause(world: World, chance: random.Random) -> str | None:
    code = chance.choice(world.office.codes)
    status = chance.choice(("active", "active", "paused"))
    with world.host.transaction(world.office.network) as connection:
        known = world.host.run(_set_campaign(world, connection, code.campaign.id, status))
    return f"the office sets campaign {code.campaign.name} {status}" if known else None


@step("office: changes what a campaign may do alone", weight=1.5)
def policy(world: World, chance: random.Random) -> str | None:
    """From being asked each time to leases ahead, or back; tills hear of it when they do."""
    between = (Policy.ONLINE_ONLY, Policy.LEASED)
    codes = [code for code in world.office.codes if code.campaign.policy in between and code.max_uses]
    if not codes:
        return None
    campaign = chance.choice(codes).campaign
    other = between[campaign.policy is Policy.ONLINE_ONLY]
    done = change_policy(world, campaign, other)
    return f"the office makes campaign {campaign.name} {other}" if done else None


def change_policy(world: World, campaign: Campaign, policy: Policy) -> bool:
    """Change it as the office's people do; False for a campaign that nobody else can see yet."""
    network = world.office.network
    try:
        with world.host.transaction(network) as connection:
            edited = world.host.run(edit_campaign(connection, network, campaign.id, {"policy": policy.value}))
    except UserError:
        # It was made by a writer that has not committed, or never will.
        return False
    world.office.edited.add(campaign.id)
    world.office.codes = [
        replace(code, campaign=edited) if code.campaign.id == campaign.id else code
        for code in world.office.codes
    ]
    return True


@step("office: begins a slow change", weight=3, fault=True)
def slow(world: World, chance: random.Random) -> str | None:
    if len(world.held) >= MAX_HELD:
        return None
    held = world.host.hold(world.office.network)
    codes = world.host.run(
        world.office._campaign(
            held.connection, chance.choice(("open", "shared")), chance, world.timeline.now_ms
        )
    )
    world.held.append(held)
    # Nobody knows these codes before the transaction commits; a till that asks for them is told so.
    world.office.codes += codes
    world.note("writers held open")
    return f"a slow writer makes {', '.join(code.text for code in codes)}"


@step("office: a slow change commits", weight=3)
def commits(world: World, chance: random.Random) -> str | None:
    if not world.held:
        return None
    world.held.pop(chance.randrange(len(world.held))).commit()
    return "a slow writer commits"


@step("office: a slow change commits while a request is under way", weight=4, fault=True)
def commits_between(world: World, chance: random.Random) -> str | None:
    """Between any two statements of somebody's request; what was committed gets its number there too, or soon after."""
    if not world.held or world.host.between.work is not None:
        return None
    held, after, numbers = chance.choice(world.held), chance.randrange(MAX_BETWEEN), chance.random() < 0.8
    database, network = world.host.database, world.office.network

    async def work() -> None:
        if held in world.held:
            world.held.remove(held)
            await held.commit_now()
        if numbers:
            # What the request has locked the sequencer waits for, and tries again.
            with suppress(asyncpg.LockNotAvailableError, TimeoutError):
                async with database.network_transaction(network) as connection:
                    await stamp(connection, network)
        world.note("writers that committed in the midst of a request")

    world.host.between.plan(after, work)
    return f"a slow writer will commit after {after} statements of others"


@step("office: revokes a till", weight=0.3, fault=True)
def revoke(world: World, chance: random.Random) -> str | None:
    machine = world.sound(chance)
    if machine is None or sum(not each.faults for each in world.machines) < 2:
        return None
    with world.host.transaction(world.office.network) as connection:
        world.host.run(revoke_till(connection, world.office.network, machine.till_id, actor="simulation"))
    world.excuse(machine, "revoked")
    world.note("tills revoked")
    return f"the office revokes {machine.name}"


async def _set_code(world: World, connection: object, code_id: int, status: str) -> bool:
    network = world.office.network
    record = await connection.fetchrow(  # type: ignore[attr-defined]  # asyncpg ships no types
        f"UPDATE codes SET status = $3 WHERE network_id = $1 AND id = $2 RETURNING {CODE_COLUMNS}",
        network,
        code_id,
        status,
    )
    if record is None:
        # It was made by a writer that has not committed, or never will.
        return False
    row = code_row(record, world.host.secrets.digest_key(network))
    await publish(connection, network, Table.CODE, code_id, row)
    return True


async def _set_campaign(world: World, connection: object, campaign_id: int, status: str) -> bool:
    network = world.office.network
    record = await connection.fetchrow(  # type: ignore[attr-defined]  # asyncpg ships no types
        f"UPDATE campaigns SET status = $3 WHERE network_id = $1 AND id = $2 RETURNING {CAMPAIGN_COLUMNS}",
        network,
        campaign_id,
        status,
    )
    if record is None:
        return False
    await publish(connection, network, Table.CAMPAIGN, campaign_id, campaign_row(record))
    return True
