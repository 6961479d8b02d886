"""What becomes of the lines between tills and the office, and of the office's own process."""

import random

from tests.simulation.link import Mishap, Weather
from tests.simulation.registry import step
from tests.simulation.world import World

MISHAPS_AT_ONCE = 4
MAX_STATEMENTS = 40


@step("line: weather changes", weight=6, fault=True)
def weather(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None:
        return None
    machine.link.weather = chance.choice(list(Weather))
    world.note(f"line {machine.link.weather}")
    return f"{machine.name}'s line: {machine.link.weather}"


@step("line: partition", weight=2, fault=True)
def partition(world: World, chance: random.Random) -> str | None:
    cut = [each for each in world.machines if chance.random() < 0.6]
    for machine in cut:
        machine.link.weather = chance.choice((Weather.CUT, Weather.DEAF, Weather.MUTE))
        world.note(f"line {machine.link.weather}")
    return f"cut off: {', '.join(each.name for each in cut)}" if cut else None


@step("line: heals", weight=5)
def heal(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None or machine.link.weather is Weather.FINE:
        return None
    machine.link.weather = Weather.FINE
    return f"{machine.name}'s line is fine again"


@step("line: mishaps ahead", weight=8, fault=True)
def mishaps(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None:
        return None
    ahead = [chance.choice(list(Mishap)) for _ in range(chance.randint(1, MISHAPS_AT_ONCE))]
    machine.link.next_mishaps.extend(ahead)
    return f"ahead of {machine.name}: {', '.join(ahead)}"


@step("line: narrow or not", weight=2, fault=True)
def narrow(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None:
        return None
    link = machine.link
    # One event always fits: what is narrower lets nothing through, as a partition does.
    link.narrow = chance.choice((5_000, 9_000)) if link.narrow is None else None
    world.note("line narrow" if link.narrow else "line wide again")
    return f"on {machine.name}'s line {link.narrow or 'any number of'} bytes pass at once"


@step("line: old requests arrive", weight=4, fault=True)
def wandering(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None or not machine.link.wandering:
        return None
    return f"{machine.link.deliver_wandering()} old requests of {machine.name} arrive"


@step("central: crash ahead", weight=4, fault=True)
def crash(world: World, chance: random.Random) -> str | None:
    world.host.plan.after = chance.randrange(MAX_STATEMENTS)
    world.note("central crash planned")
    return f"central's process will end after {world.host.plan.after} statements"
