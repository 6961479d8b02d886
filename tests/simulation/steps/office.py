"""What people in the office change, some of it in transactions that commit late and out of order."""

import random

from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, CODE_COLUMNS, campaign_row, code_row
from sync.central.services.outbox import publish
from sync.central.services.tills import revoke_till
from sync.protocol.feed import Table
from tests.simulation.registry import step
from tests.simulation.world import HeldWriter, World

MAX_HELD = 2
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
    return f"the office sets {code.text} {status}" if known else None


@step("office: switches a campaign", weight=1)
def pause(world: World, chance: random.Random) -> str | None:
    code = chance.choice(world.office.codes)
    status = chance.choice(("active", "active", "paused"))
    with world.host.transaction(world.office.network) as connection:
        known = world.host.run(_set_campaign(world, connection, code.campaign.id, status))
    return f"the office sets campaign {code.campaign.name} {status}" if known else None


@step("office: begins a slow change", weight=3, fault=True)
def slow(world: World, chance: random.Random) -> str | None:
    if len(world.held) >= MAX_HELD:
        return None
    context = world.host.transaction(world.office.network)
    connection = context.__enter__()
    codes = world.host.run(
        world.office._campaign(connection, chance.choice(("open", "shared")), chance, world.timeline.now_ms)
    )
    world.held.append(HeldWriter(context, connection))
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
