"""A till moves to another machine: its journal goes there in one file, and what the office lacks goes up from there."""

import random
from functools import partial
from pathlib import Path

from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at
from tests.simulation.world import World


@step("till: moves to another machine", weight=1, fault=True)
def moves(world: World, chance: random.Random) -> str | None:
    """The old machine is retired, or only read: before it hears of its successor, or after."""
    machine = world.sound(chance)
    if machine is None or not world.start(machine):
        return None
    retire, late = chance.random() < 0.6, chance.random() < 0.3
    file = world.folder / f"{machine.name}-{world.steps}.journal"
    export = partial(_export, file=file, retire=retire)
    newcomer = world.add_machine(chance, restaurant=machine.restaurant)
    exported = None if late else world.act(machine, export)
    enrolled = world.enrol(newcomer, till=machine.till_name)
    newcomer.gone = not enrolled
    if enrolled or retire:
        # Whether all goes well or not: this machine is this till no longer.
        world.excuse(machine, "fenced")
    if retire:
        machine.faults.add("retired")
    if not enrolled:
        return None
    for _ in range(chance.randint(0, 2)):
        if world.start(machine):
            # Nobody has told the old one; a retired one records nothing any more.
            redeem_at(world, machine, chance)
    if late and world.start(machine):
        exported = world.act(machine, export)
    taken = None if exported is None else _import(world, machine, newcomer, file)
    if taken is not None and chance.random() < 0.3:
        # Somebody does not trust their eyes, and reads it once more.
        _import(world, machine, newcomer, file)
    if taken is not None and retire and chance.random() < 0.7:
        _throw_away(machine)
    world.note("journals that did not come over" if taken is None else "journals moved")
    return f"{newcomer.name} takes the place of {machine.name}, with {taken} of its events"


def take_over(world: World, chance: random.Random, machine: Machine) -> Machine | None:
    """Retire a till's machine and let another go on with its journal; None when that did not come over."""
    file = world.folder / f"{machine.name}-{world.steps}.journal"
    newcomer = world.add_machine(chance, restaurant=machine.restaurant)
    exported = world.act(machine, partial(_export, file=file, retire=True))
    newcomer.gone = not world.enrol(newcomer, till=machine.till_name)
    world.excuse(machine, "fenced")
    machine.faults.add("retired")
    if newcomer.gone or exported is None or _import(world, machine, newcomer, file) is None:
        return None
    world.note("journals moved")
    return newcomer


def _throw_away(machine: Machine) -> None:
    if machine.running:
        machine.die(power=False)
    machine.gone = True


def _import(world: World, machine: Machine, newcomer: Machine, file: Path) -> int | None:
    if not world.start(newcomer):
        return None
    taken = world.act(newcomer, lambda process: process.till.journal.import_from(file).new)
    newcomer.unsure = True
    # What the old machine has let go of before, the checker knows from there.
    world.books[newcomer.name].learn(world.books[machine.name])
    world.reread(newcomer)
    return taken


def _export(process: Process, *, file: Path, retire: bool) -> int:
    file.unlink(missing_ok=True)
    return process.till.journal.export_to(file, retire=retire)
