"""Shifts are opened, looked at and closed, with more or less in the drawer than there should be."""

import random

from pos_app.usecases.shift import close_shift, open_shift, shift_status, x_report
from pos_app.usecases.shift_reading import ShiftReader
from sync.central.schema.words import Role
from tests.simulation.machine import Process
from tests.simulation.registry import step
from tests.simulation.world import World


@step("till: opens, looks at or closes its shift", weight=4)
def turns(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    amount, look = chance.choice((0, 10_000, 12_345)), chance.random() < 0.3

    def work(process: Process) -> str:
        desk = process.counter._desk
        rows = desk.files.call(desk.till.cache.staff)
        manager = next((row.id for row in rows if row.role == Role.SHIFT_MANAGER.value), None)
        if manager is None:
            return f"nobody at {machine.name} may close a shift yet"
        if look:
            report = x_report(desk, ShiftReader())
            return f"{machine.name} looks at its shift {report.number}: {report.figures.events} events"
        if shift_status(desk).open:
            report = close_shift(desk, ShiftReader(), amount, staff=manager)
            world.acknowledge(machine, report.event, "shift closed", None, f"Z report {report.number}")
            world.note("Z reports")
            return f"{machine.name} closes its shift {report.number} over {report.figures.events} events"
        opened = open_shift(desk, amount, staff=manager)
        world.acknowledge(machine, opened.event, "shift opened", None, f"shift {opened.number}")
        return f"{machine.name} opens its shift {opened.number}"

    return world.act(machine, work)
