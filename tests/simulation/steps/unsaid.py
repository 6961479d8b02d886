"""Central that somebody has put back without a word: nothing but what a till was acknowledged shows it."""

import random

from tests.simulation.in_touch import in_touch
from tests.simulation.link import Weather
from tests.simulation.put_back import say_so
from tests.simulation.registry import When, step
from tests.simulation.steps.backups import HERE, copied, may_put_back, put_back_to
from tests.simulation.steps.counter import redeem_at
from tests.simulation.world import Violation, World

SELLS_FIRST = 0.6
"""How often the till has something to hand in before it makes contact."""


@step("central: put back, and nobody says so", weight=0.5, fault=True, lanes=HERE)
def unsaid(world: World, chance: random.Random) -> str | None:
    """A copy of a stopped server's files: PostgreSQL does not know it for one."""
    machine = world.sound(chance)
    if machine is None or not may_put_back(world) or not world.start(machine):
        return None
    if machine.link.speaks != world.central_speaks:
        return None
    in_touch(world, machine)
    if copied(world, chance) is None:
        return None
    older = world.backups[-1]
    redeem_at(world, machine, chance)
    in_touch(world, machine)
    # Only what it was acknowledged can a till show: it may have died before it heard of the rest.
    before, heard = _epoch(world), world.act(machine, lambda process: process.till.journal.acked().seq)
    if heard is None:
        return None
    lacking = min(heard, _held(world, machine.till_id)) - _in_copy(world, machine.till_id)
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    if lacking <= 0 or not put_back_to(world, older, said=False):
        return None
    made = 0 if machine.process is None else machine.process.agent.contacts.made
    if chance.random() < SELLS_FIRST:
        machine.link.weather = Weather.CUT
        redeem_at(world, machine, chance)
    in_touch(world, machine)
    process = machine.process
    if _epoch(world) == before:
        if (
            process is not None
            and process.agent.contacts.made > made
            and process.till.journal.ended() is None
        ):
            raise Violation(
                5, "central finds out that it was put back", f"{machine.name} has shown it {lacking} events"
            )
        world.host.run(say_so(world.host))
    return f"central is put back by {lacking} events of {machine.name}, and nobody says so"


def _epoch(world: World) -> str:
    (row,) = world.host.rows("SELECT epoch FROM networks WHERE id = $1", world.office.network)
    return str(row["epoch"])


def _held(world: World, till: int) -> int:
    (row,) = world.host.rows(
        """SELECT COALESCE(max(i.applied_seq), 0) AS held FROM incarnations i JOIN tills t
            ON t.network_id = $1 AND t.id = i.till_id AND t.incarnation = i.incarnation
        WHERE i.network_id = $1 AND i.till_id = $2""",
        world.office.network,
        till,
    )
    return int(row["held"])


def _in_copy(world: World, till: int) -> int:
    lives = world.backups[-1].lives
    newest = max((life for of, life in lives if of == till), default=0)
    return lives.get((till, newest), 0)
