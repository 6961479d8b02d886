"""A till that uses up what it holds ahead and asks for more, while answers to it get lost."""

import random

from sync.protocol.leases import LimitKind
from tests.simulation.link import Mishap
from tests.simulation.machine import Machine, Process
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at
from tests.simulation.world import World

MOST_AT_ONCE = 8
"""Uses of one code in one step."""
_AHEAD = """SELECT subject FROM leases WHERE kind = ? AND state = 'open' AND operation IS NULL AND NOT sale_bound
    GROUP BY subject HAVING sum(units - spent) > 0 ORDER BY sum(units - spent), subject LIMIT 3"""


@step("till: runs low, and asks for more twice", weight=1.5, fault=True)
def runs_low(world: World, chance: random.Random) -> str | None:
    """What the lost answer had granted is on its way to it, and counts."""
    machine = world.at_work(chance)
    if machine is None:
        return None
    machine.link.clear_up()
    codes = _ahead(world, machine)
    if not codes:
        return None
    code = chance.choice(codes)
    for _ in range(MOST_AT_ONCE):
        if machine.running and code in _ahead(world, machine):
            redeem_at(world, machine, chance, [code])
    if machine.running:
        world.duties(machine)
    for mishap in (Mishap.LOST_ANSWER, None):
        if mishap is not None:
            machine.link.next_mishaps.append(mishap)
        world.act(machine, lambda process: process.agent.contacts.step())
    machine.link.next_mishaps.clear()
    world.note("tills that ran low and asked twice")
    return f"{machine.name} uses up what it holds of {code.text}, and asks for more twice"


def _ahead(world: World, machine: Machine) -> list[CodeFacts]:
    """Return the codes of which a till holds least, of those that it holds ahead."""

    def work(process: Process) -> list[int]:
        rows = process.till.journal._connection.execute(_AHEAD, (LimitKind.USES.value,)).fetchall()
        return [subject for (subject,) in rows]

    subjects = world.act(machine, work) or []
    return [code for code in world.office.codes if code.id in subjects]
