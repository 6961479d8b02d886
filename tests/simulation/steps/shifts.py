"""Shifts are opened, looked at and closed, with more or less in the drawer than there should be."""

import random
from weakref import WeakKeyDictionary

from pos_app.usecases.shift import close_shift, open_shift, shift_status, x_report
from pos_app.usecases.shift_reading import ShiftReader
from sync.till.till import Till
from tests.simulation.machine import Process
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at
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


@step("till: has two shifts on one day", weight=1.5)
def two(world: World, chance: random.Random) -> str | None:
    """The same window closes both, and must not count twice what stood in the first report."""
    machine, manager = world.at_work(chance), world.office.staff[0]
    told: list[str] = []
    if machine is None:
        return None

    def opens(process: Process) -> bool:
        desk = process.counter._desk
        if not shift_status(desk).open:
            opened = open_shift(desk, 0, staff=manager.id)
            world.acknowledge(machine, opened.event, "shift opened", None, f"shift {opened.number}")
        return True

    def closes(process: Process) -> str:
        report = close_shift(process.counter._desk, _reader(process), 0, staff=manager.id)
        world.acknowledge(machine, report.event, "shift closed", None, f"Z report {report.number}")
        world.note("Z reports")
        return f"{machine.name} closes its shift {report.number} over {report.figures.events} events"

    for _ in range(2):
        if world.act(machine, opens) and machine.running:
            redeem_at(world, machine, chance)
            told += [each for each in [world.act(machine, closes)] if each]
    return "; ".join(told) or None


def _reader(process: Process) -> ShiftReader:
    return _READERS.setdefault(process.till, ShiftReader())
