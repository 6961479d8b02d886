"""Letting tills say and hear what there is, between the parts of one step."""

from tests.simulation.machine import Machine
from tests.simulation.world import World

MINUTE_MS = 60_000


def hear(world: World, machine: Machine, *, times: int = 1) -> None:
    """Let a till do what is due, as far as its line lets it, a minute each time."""
    for _ in range(times):
        world.number()
        if world.start(machine):
            world.duties(machine)
        world.timeline.advance(MINUTE_MS)


def in_touch(world: World, *machines: Machine, times: int = 1) -> None:
    """Let tills have their lines again one after another, and say and hear what there is."""
    for machine in machines:
        machine.link.clear_up()
        hear(world, machine, times=times)
