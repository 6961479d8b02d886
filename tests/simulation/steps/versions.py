"""Central is updated before its tills are: an old till hands in its journal for ever, and gets nothing else."""

import random

from sync.central.http import access
from sync.protocol.version import OLDEST_UNDERSTOOD, PROTOCOL_VERSION
from tests.simulation.registry import step
from tests.simulation.world import World

NEXT_VERSION = PROTOCOL_VERSION + 1


@step("central: is updated", weight=0.4)
def central_updated(world: World, chance: random.Random) -> str | None:
    """From now on it speaks the next version of the protocol only, but for journals."""
    if world.central_speaks != PROTOCOL_VERSION or chance.random() < 0.4:
        return None
    world.central_speaks = NEXT_VERSION
    _speak(NEXT_VERSION, NEXT_VERSION)
    world.at_close.append(_as_shipped)
    for machine in world.machines:
        machine.link.central_speaks = NEXT_VERSION
        if chance.random() < 0.5:
            machine.link.speaks = NEXT_VERSION
    world.note("central updated before its tills")
    old = [each.name for each in world.machines if each.link.speaks != NEXT_VERSION]
    return f"central is updated, {', '.join(old) or 'no till'} lags behind"


@step("till: is updated", weight=1)
def till_updated(world: World, chance: random.Random) -> str | None:
    old = [each for each in world.machines if each.link.speaks != world.central_speaks and not each.gone]
    if not old:
        return None
    machine = chance.choice(old)
    if machine.running:
        machine.stop()
    machine.link.speaks = world.central_speaks
    world.start(machine)
    return f"{machine.name} is updated"


def _as_shipped() -> None:
    _speak(PROTOCOL_VERSION, OLDEST_UNDERSTOOD)


def _speak(version: int, oldest: int) -> None:
    for name, value in (("PROTOCOL_VERSION", version), ("OLDEST_UNDERSTOOD", oldest)):
        setattr(access, name, value)
