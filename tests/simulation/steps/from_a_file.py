"""What a till let go and central has lost is in an older file of its journal still, and comes up from there."""

import random
from functools import partial

from tests.simulation.in_touch import in_touch
from tests.simulation.link import Weather
from tests.simulation.registry import When, step
from tests.simulation.steps.backups import (
    HERE,
    accept_loss,
    copied,
    may_put_back,
    noted,
    put_back_to,
    quarter,
    tidied,
)
from tests.simulation.steps.counter import redeem_at
from tests.simulation.steps.moving import export_journal, import_journal
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World


@step(
    "central: put back beyond what a till let go, and an older file has it",
    weight=0.5,
    fault=True,
    lanes=HERE,
)
def from_a_file(world: World, chance: random.Random) -> str | None:
    """Before or after a person has accepted that it is lost; what they accept then is what is lacking still."""
    machine = world.sound(chance)
    if machine is None or not may_put_back(world) or not world.start(machine):
        return None
    in_touch(world, machine)
    if copied(world, chance) is None:
        return None
    older, file = world.backups[-1], world.folder / f"{machine.name}-{world.steps}.journal"
    machine.link.weather = Weather.CUT
    for _ in range(chance.randint(2, 4)):
        if world.start(machine):
            redeem_at(world, machine, chance)
    # In the file nobody has acknowledged any of it.
    exported = world.act(machine, partial(export_journal, file=file, retire=False))
    in_touch(world, machine)
    world.timeline.advance(DAY_MS)
    # Nobody may let go of what the checker has not read yet.
    world.check(When.STEP)
    if exported is None or noted(world, chance) is None or quarter(world, chance) is None:
        return None
    tidied(world, machine)
    world.check(When.STEP)
    if not put_back_to(world, older):
        return None
    in_touch(world, machine, times=2)
    lost = accept_loss(world, machine) if chance.random() < 0.5 else 0
    newcomer = world.add_machine(chance, restaurant=machine.restaurant)
    newcomer.gone = not world.enrol(newcomer, till=machine.till_name)
    world.excuse(machine, "fenced")
    taken = None if newcomer.gone else import_journal(world, machine, newcomer, file)
    in_touch(world, newcomer, times=2)
    lost += accept_loss(world, machine)
    in_touch(world, newcomer)
    return f"{newcomer.name} brings {taken} events of {machine.name} from a file, {lost} were taken for lost"
