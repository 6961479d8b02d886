"""A till moves to another machine: its journal goes there in one file, and what the office lacks goes up from there."""

import random
from functools import partial
from pathlib import Path

from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.steps.backups import quarter
from tests.simulation.steps.counter import redeem_at
from tests.simulation.world import World


@step("till: moves to another machine", weight=1, fault=True)
def moves(world: World, chance: random.Random) -> str | None:
    """The old machine is retired, or only read: before it hears of its successor, or after."""
    machine = _one_that_moves(world, chance)
    if machine is None:
        return None
    retire, late = chance.random() < 0.6, chance.random() < 0.3
    file = world.folder / f"{machine.name}-{world.steps}.journal"
    export = partial(export_journal, file=file, retire=retire)
    newcomer = world.add_machine(chance, restaurant=machine.restaurant)
    exported = None if late else world.act(machine, export)
    enrolled = world.enrol(newcomer, till=machine.till_name)
    newcomer.gone = not enrolled
    if enrolled or retire:
        # Whether all goes well or not: this machine is this till no longer.
        world.excuse(machine, "fenced")
    if retire:
        retired(world, machine, handed_over=exported is not None)
    if not enrolled:
        return None
    for _ in range(chance.randint(0, 2)):
        if world.start(machine):
            # Nobody has told the old one; a retired one records nothing any more.
            redeem_at(world, machine, chance)
    if late and world.start(machine):
        exported = world.act(machine, export)
    taken = None if exported is None else import_journal(world, machine, newcomer, file)
    if taken is not None and chance.random() < 0.3:
        # Somebody does not trust their eyes, and reads it once more.
        import_journal(world, machine, newcomer, file)
    if taken is not None and retire and chance.random() < 0.7:
        _throw_away(machine)
    world.note("journals that did not come over" if taken is None else "journals moved")
    return f"{newcomer.name} takes the place of {machine.name}, with {taken} of its events"


def _one_that_moves(world: World, chance: random.Random) -> Machine | None:
    """Choose a till, and let some have let events go before: of these a sum goes along."""
    machine = world.sound(chance)
    if machine is not None and chance.random() < 0.5:
        quarter(world, chance)
    return machine if machine is not None and world.start(machine) else None


def take_over(world: World, chance: random.Random, machine: Machine) -> Machine | None:
    """Retire a till's machine and let another go on with its journal; None when that did not come over."""
    file = world.folder / f"{machine.name}-{world.steps}.journal"
    newcomer = world.add_machine(chance, restaurant=machine.restaurant)
    exported = world.act(machine, partial(export_journal, file=file, retire=True))
    newcomer.gone = not world.enrol(newcomer, till=machine.till_name)
    world.excuse(machine, "fenced")
    retired(world, machine, handed_over=exported is not None)
    if newcomer.gone or exported is None or import_journal(world, machine, newcomer, file) is None:
        return None
    world.note("journals moved")
    return newcomer


def retired(world: World, machine: Machine, *, handed_over: bool) -> None:
    """Note that a machine was told to end this life of its till; where it said that it did, nothing comes behind that."""
    machine.faults.add("retired")
    status = world.act(machine, lambda process: process.till.journal.status()) if handed_over else None
    if status is not None:
        world.over[machine.name] = (status.incarnation, status.last_seq)


def _throw_away(machine: Machine) -> None:
    if machine.running:
        machine.die(power=False)
    machine.gone = True


def import_journal(world: World, machine: Machine, newcomer: Machine, file: Path) -> int | None:
    """Let a newcomer read a machine's journal in from a file; return how many events were new, None when it did not."""
    if not world.start(newcomer):
        return None
    taken = world.act(newcomer, lambda process: process.till.journal.import_from(file).new)
    newcomer.unsure = True
    # What the old machine has let go of before, the checker knows from there.
    world.books[newcomer.name].learn(world.books[machine.name])
    world.reread(newcomer)
    return taken


def export_journal(process: Process, *, file: Path, retire: bool) -> int:
    """Write a till's journal into a file, in the place of an older one."""
    file.unlink(missing_ok=True)
    return process.till.journal.export_to(file, retire=retire)
