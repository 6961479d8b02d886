"""Shifts are opened, looked at and closed, with more or less in the drawer than there should be."""

import random
from weakref import WeakKeyDictionary

from pos_app.usecases.shift import close_shift, open_shift, shift_status, x_report
from pos_app.usecases.shift_reading import ShiftReader
from sync.till.till import Till
from tests.simulation.machine import Process
from tests.simulation.registry import step
from tests.simulation.world import World

_READERS: "WeakKeyDictionary[Till, ShiftReader]" = WeakKeyDictionary()
"""A till's window keeps what it has read of a shift for as long as it is open."""


@step("till: opens, looks at or closes its shift", weight=4)
def turns(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    amount, look = chance.choice((0, 10_000, 12_345)), chance.random() < 0.3
    staff, second = chance.choice(world.office.staff), chance.choice((None, None, *world.office.staff))
    badge = None if second is None else second.badge

    def work(process: Process) -> str:
        desk, reader = process.counter._desk, _reader(process)
        if look:
            report = x_report(desk, reader)
            return f"{machine.name} looks at its shift {report.number}: {report.figures.events} events"
        if shift_status(desk).open:
            report = close_shift(desk, reader, amount, staff=staff.id, second_pin=badge)
            world.acknowledge(machine, report.event, "shift closed", None, f"Z report {report.number}")
            world.note("Z reports")
            return f"{machine.name} closes its shift {report.number} over {report.figures.events} events"
        opened = open_shift(desk, amount, staff=staff.id)
        world.acknowledge(machine, opened.event, "shift opened", None, f"shift {opened.number}")
        return f"{machine.name} opens its shift {opened.number}"

    return world.act(machine, work)


def _reader(process: Process) -> ShiftReader:
    return _READERS.setdefault(process.till, ShiftReader())
