"""A central that was put back, and what reaches it in another order than the first time."""

import random

from pos_app.usecases.manual_credit import manual_credit
from sync.central.schema.words import Role
from sync.rules.sale import Line
from tests.simulation.in_touch import in_touch
from tests.simulation.machine import Process
from tests.simulation.registry import When, step
from tests.simulation.steps.backups import HERE, copied, may_put_back, put_back_to
from tests.simulation.steps.counter import redeem_at
from tests.simulation.steps.erasures import free_phones, living
from tests.simulation.steps.registrations import PHONES, sell_to
from tests.simulation.world import World

POINTS = 20


@step("central: put back again while tills list what they hold", weight=0.5, fault=True, lanes=HERE)
def while_listing(world: World, chance: random.Random) -> str | None:
    """What was listed already is gone again: the rest of it is not all that a till holds."""
    if not may_put_back(world) or copied(world, chance) is None:
        return None
    older = world.backups[-1]
    for machine in world.machines:
        machine.link.clear_up()
        for _ in range(2):
            if world.start(machine):
                redeem_at(world, machine, chance)
        world.duties(machine)
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    if not put_back_to(world, older):
        return None
    for machine in world.machines:
        if world.start(machine):
            world.duties(machine, most=chance.randint(1, 2))
    world.check(When.STEP)
    if not may_put_back(world) or not put_back_to(world, older):
        return "central is put back to just before some uses"
    return "central is put back to just before some uses, and once more while the tills list what they hold"


@step(
    "central: put back to before a guest whom another till has given points",
    weight=0.5,
    fault=True,
    lanes=HERE,
)
def before_a_guest(world: World, chance: random.Random) -> str | None:
    """The points come up again first, and wait for the guest."""
    machine, other = world.at_work(chance), world.at_work(chance)
    if machine is None or other is None or machine is other or not may_put_back(world):
        return None
    in_touch(world, machine, other)
    if copied(world, chance) is None:
        return None
    older = world.backups[-1]
    phone = chance.choice(free_phones(world) or PHONES)
    lines = [Line(amount_minor=chance.randint(500, 5000))]
    world.act(machine, lambda process: sell_to(world, machine, process, phone, lines))
    in_touch(world, machine, other)
    guests = [guest for guest, number in living(world) if number == phone]
    manager = next(each for each in world.office.staff if each.role is Role.SHIFT_MANAGER)

    def give(process: Process) -> str:
        desk = process.counter._desk
        done = manual_credit(desk, guests[0], POINTS, reason="apology", note="simulated", staff=manager.id)
        world.acknowledge(other, done.event, "credited", None, f"{POINTS} points")
        return f"{other.name} gives guest {guests[0]} {POINTS} points"

    told = world.act(other, give) if guests else None
    in_touch(world, other, machine)
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    if not put_back_to(world, older):
        return told
    world.expected_cases.add("quarantined")
    for _ in range(2):
        in_touch(world, other)
    in_touch(world, machine)
    return f"central is put back to before {machine.name} registered somebody; {told}"
