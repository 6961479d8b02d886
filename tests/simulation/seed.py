"""One seed: its plan of steps, its world and its verdict."""

import logging
import random
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.simulation.central_host import CentralHost
from tests.simulation.healing import heal
from tests.simulation.next_morning import go_to_work
from tests.simulation.registry import STEPS, When, draw
from tests.simulation.timeline import Broken
from tests.simulation.watchdog import bounded
from tests.simulation.world import Violation, World, begin

MIN_STEPS = 200
"""How many steps a world must have done to count."""
DRAWN_STEPS = 420
"""Some of those drawn cannot be done when they come: so many that enough always can. The rest is not lived."""
EARLY = 160
"""Before which step of the plan the crash and the partition stand that no draw has brought."""
CRASHES = ("till: killed at an I/O", "till: killed between two calls", "till: killed now")
PARTITION = "line: partition"

Plan = tuple[tuple[int, str], ...]
"""Step by step: its number in the seed, from which all its choices are drawn, and its kind."""


@dataclass(slots=True)
class Verdict:
    """What became of one world."""

    seed: int
    lane: int
    steps: int = 0
    counts: bool = False
    virtual_ms: int = 0
    events: int = 0
    acknowledged: int = 0
    sales: int = 0
    machines: int = 0
    settled_ms: int | None = None
    tally: Counter[str] = field(default_factory=Counter)
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    violation: str | None = None
    invariant: str = ""
    failed_at: int = -1
    """The place in the plan of the step after which it was found; -1 when it shows only at rest."""
    lived: int = 0
    """How many of the plan's steps were tried: what comes behind them has had no part in it."""
    story: list[str] = field(default_factory=list)
    seen_once: str | None = None
    """What a run of this seed said that no other run of it says."""
    seen_once_kind: str = ""
    """Which invariant that was of."""
    took_s: float = 0.0


def plan_of(seed: int, lane: int) -> Plan:
    """Draw a seed's steps; a crash and a partition are always among those that are lived."""
    chance = random.Random(f"{seed}/{lane}/plan")
    names = draw(chance, DRAWN_STEPS, lane)
    if not set(CRASHES) & set(names[:EARLY]):
        names.insert(chance.randrange(EARLY), chance.choice(CRASHES))
    if PARTITION not in names[:EARLY]:
        names.insert(chance.randrange(EARLY), PARTITION)
    return tuple(enumerate(names))


def run_seed(seed: int, lane: int, host: CentralHost, plan: Plan | None = None) -> Verdict:
    """Run one world to its end, or to its first violation; in bounded time, or this process ends."""
    with bounded(seed, lane):
        return _run_seed(seed, lane, host, plan)


def _run_seed(seed: int, lane: int, host: CentralHost, plan: Plan | None) -> Verdict:
    begun = time.monotonic()
    verdict = Verdict(seed, lane)
    errors = _Errors()
    logging.getLogger("sync").addHandler(errors)
    world = None
    try:
        world = begin(seed, lane, host)
        _live(world, plan_of(seed, lane) if plan is None else plan, verdict)
        verdict.failed_at = -1
        heal(world)
        world.check(When.STEP)
        world.check(When.REST)
        go_to_work(world)
        world.check(When.STEP)
    except Violation as violation:
        verdict.violation, verdict.invariant = str(violation), f"{violation.number} {violation.name}"
    except Broken:
        raise
    except Exception as error:  # noqa: BLE001 - whatever shipping code raises unasked is a finding
        where = "".join(traceback.format_exception(error)[-6:])
        verdict.violation = f"unexpected {type(error).__name__}: {error}\n{where}"
        verdict.invariant = f"0 unexpected {type(error).__name__}"
    finally:
        logging.getLogger("sync").removeHandler(errors)
        if world is not None:
            _count(world, verdict)
            world.close()
    if errors.first is not None and verdict.violation is None:
        verdict.violation, verdict.invariant = f"shipping code logged a bug: {errors.first}", "0 bug logged"
    verdict.took_s = time.monotonic() - begun
    return verdict


def _live(world: World, plan: Sequence[tuple[int, str]], verdict: Verdict) -> None:
    if not all(machine.till_id for machine in world.machines):
        raise Violation(
            9, "whoever has a code becomes a till", "somebody was turned away, with nothing in the way"
        )
    for place, (number, name) in enumerate(plan):
        if _counts(world):
            break
        verdict.failed_at, verdict.lived = place, place + 1
        chance = random.Random(f"{world.seed}/{world.lane}/{number}/{name}")
        step = STEPS[name]
        world.happened = False
        told = step.do(world, chance)
        if told is not None or world.happened:
            world.steps += 1
            verdict.story.append(told or f"{name}: the till says no, or dies of it")
        if told is not None and step.fault:
            world.fault = name
            world.note(f"step {name}")
        world.timeline.advance(int(chance.expovariate(1 / 20_000)))
        machine = world.pick(chance, running=True)
        if machine is not None and chance.random() < 0.25:
            world.duties(machine, most=1)
        if chance.random() < 0.2:
            world.number()
        world.check(When.STEP)


def _counts(world: World) -> bool:
    """Whether a world has had what makes it count: steps enough, a crash and a partition; healing comes."""
    return world.steps >= MIN_STEPS and bool(world.kills) and bool(world.tally[f"step {PARTITION}"])


def _count(world: World, verdict: Verdict) -> None:
    verdict.counts = _counts(world)
    verdict.steps = world.steps
    verdict.virtual_ms = (world.timeline.now_ms - world.timeline.start_ms) * len(world.machines)
    verdict.events = sum(len(book.events) for book in world.books.values())
    verdict.acknowledged = len(world.acknowledged)
    verdict.sales = world.tally["sales acknowledged"]
    verdict.machines = len(world.machines)
    verdict.settled_ms = world.settled_after_ms
    for machine in world.machines:
        for fault, count in machine.disk.struck.items():
            world.tally[f"disk {fault}"] += count
    verdict.tally, verdict.met, verdict.kills = world.tally, world.met, world.kills


class _Errors(logging.Handler):
    """Hears when shipping code notes a bug of its own: an unhandled error in central, a failed thread."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first error that carries a traceback."""
        if record.exc_info and self.first is None:
            error = record.exc_info[1]
            lines = traceback.format_exception(error)[-4:] if error is not None else []
            self.first = f"{record.getMessage()}: {type(error).__name__}: {error}\n{''.join(lines)}"
