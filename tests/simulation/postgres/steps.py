"""What happens to central's database in this lane."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tests.simulation.postgres.hard_host import HardHost
from tests.simulation.registry import INVARIANTS, STEPS, Check, Invariant, When, step
from tests.simulation.steps.backups import note_put_back
from tests.simulation.world import World

LANE = 3
LANE_3 = frozenset({LANE})
MAX_MOMENTS = 4
MAX_RESTORES = 1
PUT_BACK = "central put back to a moment"
UNTRUE_WHILE_AWAITED = (4, 6)
"""Between a restore and the first word of every till, tills rightly believe more than central holds."""

Signature = tuple[int, int, int, int]
MOMENTS: dict[int, list[tuple[Signature, datetime]]] = {}


def host_of(world: World) -> HardHost:
    """Return the world's central."""
    if not isinstance(world.host, HardHost):
        raise TypeError("this lane needs a PostgreSQL that can be killed")
    return world.host


@step("postgres: will be killed during a request", weight=7, fault=True, lanes=LANE_3)
def armed(world: World, chance: random.Random) -> str | None:
    after = host_of(world).arm(chance)
    return f"PostgreSQL will be killed within {after} statements"


@step("postgres: killed now", weight=1, fault=True, lanes=LANE_3)
def killed(world: World, chance: random.Random) -> str | None:
    host = host_of(world)
    host.cluster.kill()
    host.fell.append("PostgreSQL at rest")
    host.recover()
    return "PostgreSQL is killed at rest"


@step("central: looks around", weight=6, lanes=LANE_3)
def looks(world: World, chance: random.Random) -> str | None:
    host_of(world).look()
    return "central looks at its archive and at what waits"


@step("backup: a moment is noted", weight=8, lanes=LANE_3)
def noted(world: World, chance: random.Random) -> str | None:
    moments = MOMENTS.setdefault(world.seed, [])
    if len(moments) >= MAX_MOMENTS:
        moments.pop(0)
    moments.append((_signature(world), host_of(world).cluster.moment()))
    return "somebody notes the time"


@step("central: put back to a moment", weight=4, fault=True, lanes=LANE_3)
def put_back(world: World, chance: random.Random) -> str | None:
    host = host_of(world)
    # Tills, codes and guests that were made after the moment would be unknown to the office for ever, and a
    # person would have to make them again: those are not this step's matter.
    fitting = [at for made, at in MOMENTS.get(world.seed, []) if made == _signature(world)]
    if not fitting or world.tally[PUT_BACK] >= MAX_RESTORES:
        return None
    MOMENTS[world.seed] = []
    at = chance.choice(fitting)
    host.put_back(at)
    note_put_back(world)
    world.note(PUT_BACK)
    return "central is put back to an earlier moment"


def _signature(world: World) -> Signature:
    excused = sum(len(why) for why in world.excused.values())
    return (len(world.office.codes), len(world.office.guests), len(world.machines), excused)


def open_lane() -> None:
    """Let this lane draw the steps of the first one too, and hold invariants back while tills are awaited."""
    for name, each in list(STEPS.items()):
        if 1 in each.lanes:
            STEPS[name] = replace(each, lanes=each.lanes | LANE_3)
    INVARIANTS[:] = [_patient(each) for each in INVARIANTS]


def _patient(each: Invariant) -> Invariant:
    if each.when is not When.STEP or each.number not in UNTRUE_WHILE_AWAITED:
        return each

    def check(world: World, inner: Check = each.check) -> Iterator[str]:
        if not host_of(world).epoch_is_new:
            yield from inner(world)

    return replace(each, check=check)
