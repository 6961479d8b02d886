"""Voids and refunds, here and at other tills, of one's own sales and of others', more often than there is to give."""

import random
from uuid import UUID

from pos_app.usecases.giving_back import Why
from pos_app.usecases.refund import refund
from pos_app.usecases.results import Undone
from pos_app.usecases.void import void
from tests.simulation.machine import Process
from tests.simulation.registry import step
from tests.simulation.world import World

MANAGER = 1
RECENT = 6
"""People bring back what they bought lately, so that one sale is refunded several times over."""


@step("till: refunds a part", weight=6)
def refunds(world: World, chance: random.Random) -> str | None:
    sales = [event for event, said in world.acknowledged.items() if said.verdict == "sale"]
    machine = world.at_work(chance) if sales else None
    if machine is None:
        return None
    original = chance.choice(sales[-RECENT:])
    amount = chance.choice((100, 700, 3000, 9000))
    why = Why(staff=None, reason="returned", approved_by=MANAGER)

    def work(process: Process) -> str:
        undone = refund(process.counter._desk, original, why, amount_minor=amount)
        _tell(world, machine.name, undone)
        return f"{machine.name} refunds {undone.amount_minor} of sale {_short(original)}"

    return world.act(machine, work)


@step("till: voids", weight=4)
def voids(world: World, chance: random.Random) -> str | None:
    done = [event for event, said in world.acknowledged.items() if said.verdict in ("sale", "accept")]
    machine = world.at_work(chance) if done else None
    if machine is None:
        return None
    original = chance.choice(done[-2 * RECENT :])
    why = Why(staff=None, reason="mistake", approved_by=MANAGER)

    def work(process: Process) -> str:
        undone = void(process.counter._desk, original, why)
        _tell(world, machine.name, undone)
        return f"{machine.name} voids {_short(original)}"

    return world.act(machine, work)


def _tell(world: World, machine: str, undone: Undone) -> None:
    # Two tills may give back the same sale before either has heard of the other: central then sets one aside.
    world.expected_cases |= {"refund_exceeds", "quarantined", "restore_impossible"}
    world.note("refunds and voids")
    holder = next(each for each in world.machines if each.name == machine)
    world.acknowledge(holder, undone.event, "given back", None, f"gave back {undone.amount_minor}")


def _short(event: UUID) -> str:
    return event.hex[-6:]
