"""What the office decides about one guest: another tier, or nothing at all for a while."""

import random
from typing import Any

from sync.central.services.login import Person
from sync.central.services.loyalty.profile import GuestChange, TierByHand, change_guest, set_tier
from sync.rules.tiers import DEFAULT_TIERS
from tests.simulation.registry import step
from tests.simulation.world import World


@step("office: gives a guest another tier", weight=1)
def tier(world: World, chance: random.Random) -> str | None:
    """Tills hear of it when they do; what they take off a bill until then is what they knew."""
    guest = _somebody(world, chance)
    wanted = TierByHand(tier=chance.choice(DEFAULT_TIERS).name)
    if guest is None:
        return None

    async def work(connection: Any) -> None:
        await set_tier(connection, world.host.secrets, _by(world), guest, wanted)

    with world.host.transaction(world.office.network) as connection:
        world.host.run(work(connection))
    return f"the office makes guest {guest} {wanted.tier}"


@step("office: blocks a guest", weight=0.7)
def blocks(world: World, chance: random.Random) -> str | None:
    guest, blocked = _somebody(world, chance), chance.random() < 0.5
    if guest is None:
        return None
    block(world, guest, blocked=blocked)
    return f"the office {'blocks' if blocked else 'admits'} guest {guest}"


def block(world: World, guest: int, *, blocked: bool = True) -> None:
    """Block a guest at the office, or admit them again."""

    async def work(connection: Any) -> None:
        change = GuestChange(blocked=blocked)
        await change_guest(connection, world.host.secrets, _by(world), guest, change)

    with world.host.transaction(world.office.network) as connection:
        world.host.run(work(connection))


def _by(world: World) -> Person:
    person = world.office.staff[-1]
    return Person(network=world.office.network, staff=person.id, role=person.role)


def _somebody(world: World, chance: random.Random) -> int | None:
    living = [
        row["id"]
        for row in world.host.rows(
            "SELECT id FROM guests WHERE network_id = $1 AND erased_at IS NULL AND merged_into IS NULL ORDER BY id",
            world.office.network,
        )
    ]
    return chance.choice(living) if living else None
