"""Uses that no lease limits, those of a day and of a person: undone as a mistake and made again."""

import random
from functools import partial
from uuid import UUID

from pos_app.usecases.giving_back import Why
from pos_app.usecases.void import void
from sync.rules.code import Kind
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.steps.counter import sells
from tests.simulation.steps.giving_back import MANAGER, tell_undone
from tests.simulation.world import World


@step("till: undoes a mistake and makes it again", weight=2)
def again(world: World, chance: random.Random) -> str | None:
    """What was undone leaves its room to what comes after it, whether the office hears of both at once or not."""
    codes = [
        code.text
        for code in world.office.codes
        if code.campaign.kind is Kind.REFERRAL or code.campaign.max_uses_per_day is not None
    ]
    machine = world.at_work(chance)
    if machine is None or not codes:
        return None
    texts = [chance.choice(codes), chance.choice(world.office.guests).card]
    told = []
    for more in (True, False):
        before = set(world.acknowledged)
        sold = sells(world, machine, chance, texts)
        told.append(sold or "the till says no, or dies of it")
        sales = [
            each for each in world.acknowledged.keys() - before if world.acknowledged[each].verdict == "sale"
        ]
        if sold is None or not more:
            break
        world.act(machine, partial(_void, world, machine, sales[0]))
        if chance.random() < 0.4 and machine.running:
            world.duties(machine)
    return "; undone, and ".join(told)


def _void(world: World, machine: Machine, sale: UUID, process: Process) -> None:
    why = Why(staff=None, reason="mistake", approved_by=MANAGER)
    tell_undone(world, machine.name, void(process.counter._desk, sale, why))
