"""People who want to do alone what needs a second person: each of them where nothing else stands in the way."""

import random

from pos_app.usecases.manual_credit import manual_credit
from pos_app.usecases.shift import close_shift, open_shift, shift_status
from pos_app.usecases.shift_reading import ShiftReader
from sync.central.schema.words import Role
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.world import World

MORE_THAN_ALONE = (101, 150, 300)
LESS_THAN_HELD = (-1, -5, -20)


@step("till: a manager gives points alone", weight=1)
def gives(world: World, chance: random.Random) -> str | None:
    """Enough of them to need somebody else, or a few that are taken from a guest who has many."""
    machine = _in_touch(world, chance)
    manager = next(each for each in world.office.staff if each.role is Role.SHIFT_MANAGER)
    guest = chance.choice(world.office.guests)
    points = chance.choice((*MORE_THAN_ALONE, *LESS_THAN_HELD))
    if machine is None:
        return None

    def work(process: Process) -> str:
        done = manual_credit(
            process.counter._desk, guest.id, points, reason="apology", note="simulated", staff=manager.id
        )
        world.acknowledge(machine, done.event, "credited", None, f"{points} points")
        world.note("points by hand, alone")
        return f"{machine.name} gives guest {guest.id} {points} points, a manager alone"

    return world.act(machine, work)


@step("till: a cashier closes the shift alone", weight=1)
def closes(world: World, chance: random.Random) -> str | None:
    """Whoever opened it."""
    machine = world.at_work(chance)
    cashier = next(each for each in world.office.staff if each.role is Role.CASHIER)
    if machine is None:
        return None

    def work(process: Process) -> str:
        desk = process.counter._desk
        if not shift_status(desk).open:
            opened = open_shift(desk, 0, staff=cashier.id)
            world.acknowledge(machine, opened.event, "shift opened", None, f"shift {opened.number}")
        report = close_shift(desk, ShiftReader(), 0, staff=cashier.id)
        world.acknowledge(machine, report.event, "shift closed", None, f"Z report {report.number}")
        return f"a cashier closes the shift {report.number} of {machine.name} alone"

    return world.act(machine, work)


def _in_touch(world: World, chance: random.Random) -> Machine | None:
    """Return a till whose line is fine and that has heard what there is to hear."""
    machine = world.at_work(chance)
    if machine is None:
        return None
    machine.link.clear_up()
    world.number()
    world.duties(machine)
    return machine if machine.running else None
