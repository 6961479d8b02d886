"""Somebody gives a till the journal of another one: nothing of it may come in."""

import random
from functools import partial
from pathlib import Path

from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.steps.machines import replaced
from tests.simulation.steps.moving import export_journal
from tests.simulation.world import Violation, World

REPLACED_FOR_IT = 0.4
"""How often a machine is replaced for this where none was."""


@step("till: is given the journal of another one", weight=0.8)
def foreign(world: World, chance: random.Random) -> str | None:
    """A file that was fetched from the wrong counter: all signatures in it are good."""
    taker, giver = _who_waits(world, chance) or world.at_work(chance), world.at_work(chance)
    if taker is None or giver is None or taker.till_id == giver.till_id or not world.start(taker):
        return None
    file = world.folder / f"{giver.name}-{world.steps}.wrong"
    if world.act(giver, partial(export_journal, file=file, retire=False)) is None:
        return None
    taken = world.act(taker, partial(_take_in, file=file))
    if taken is not None:
        what = f"{taker.name} has taken in {taken} events of {giver.name}"
        raise Violation(1, "a till takes in no journal but its own", what)
    return f"{taker.name} is given the journal of {giver.name}, and says no"


def _who_waits(world: World, chance: random.Random) -> Machine | None:
    """Choose who has taken another machine's place: it has no entry yet where those of a file would stand."""
    waiting = [
        each for each in world.machines if not each.gone and each.till_id and min(world.lives(each)) > 1
    ]
    if not waiting and chance.random() < REPLACED_FOR_IT and replaced(world, chance) is not None:
        waiting = world.machines[-1:]
    return chance.choice(waiting) if waiting else None


def _take_in(process: Process, *, file: Path) -> int:
    return process.till.journal.import_from(file).events
