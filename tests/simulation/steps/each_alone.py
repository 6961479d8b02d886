"""Tills that nobody reaches and that do the same meanwhile: together it is more than any of them knows of."""

import random

from sync.rules.campaign import Policy
from tests.simulation.in_touch import in_touch
from tests.simulation.link import Weather
from tests.simulation.machine import Machine
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at, sells
from tests.simulation.world import World

MOST_TIMES = 4


@step("tills: give what a day has, each alone", weight=0.8, fault=True)
def of_a_day(world: World, chance: random.Random) -> str | None:
    """Each stays within what it knows; what they hand in afterwards is more, several uses in one batch."""
    codes = [code for code in world.office.codes if code.campaign.max_uses_per_day is not None]
    tills = _two(world, chance)
    if not codes or tills is None:
        return None
    code = chance.choice(codes)
    told = [_uses(world, chance, machine, code) for machine in tills]
    for machine in tills:
        in_touch(world, machine)
    return f"{tills[0].name} and {tills[1].name} sell with {code.text} alone: {sum(told)} times"


@step("till: uses at risk until less than half is left", weight=0.8)
def at_risk(world: World, chance: random.Random) -> str | None:
    """Then the office fills its allowance up again, and to no more than it should be."""
    codes = [code for code in world.office.codes if code.campaign.policy is Policy.ALLOW_WITH_RISK]
    machine = world.at_work(chance)
    if not codes or machine is None:
        return None
    in_touch(world, machine)
    machine.link.weather = Weather.CUT
    told = [redeem_at(world, machine, chance, codes) for _ in range(chance.randint(1, MOST_TIMES))]
    for _ in range(2):
        in_touch(world, machine)
    return f"{machine.name} works at risk: {sum(each is not None for each in told)} times"


def _uses(world: World, chance: random.Random, machine: Machine, code: CodeFacts) -> int:
    """Sell with a code as often as a day may have it, to other guests each time; return how often that went."""
    before = world.tally["sales acknowledged"]
    machine.link.weather = Weather.CUT
    cards = [guest.card for guest in world.office.guests]
    for _ in range(code.campaign.max_uses_per_day or 0):
        texts = [code.text, chance.choice(cards)]
        sells(world, machine, chance, texts)
    return world.tally["sales acknowledged"] - before


def _two(world: World, chance: random.Random) -> tuple[Machine, Machine] | None:
    one, other = world.at_work(chance), world.at_work(chance)
    return None if one is None or other is None or one is other else (one, other)
