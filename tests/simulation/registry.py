"""Steps and invariants find their way into the simulation by standing in their folder.

A new kind of step is a function in a file of ``steps/``; a new invariant one in ``invariants/``::

    @step("till: redeem a code", weight=30)
    def redeem(world: World, chance: random.Random) -> str | None:
        ...  # do it; return what was done in a sentence, None when it could not be done now

    @invariant(3, "the lease equation", at=When.STEP)
    def equation(world: World) -> Iterator[str]:
        ...  # yield a sentence for each violation

A step draws everything from its own ``chance``, so that leaving out one step of a story leaves the others as
they were.
"""

import importlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.world import World

Do = Callable[["World", random.Random], str | None]
Check = Callable[["World"], Iterator[str]]

HERE = Path(__file__).parent
EVERY_LANE = frozenset({1, 2})


class When(StrEnum):
    """How often an invariant is looked at."""

    STEP = "step"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of step. ``weight`` is how often it is drawn; ``fault`` tells whether it harms somebody."""

    name: str
    do: Do
    weight: float
    fault: bool
    lanes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One invariant of DESIGN 10."""

    number: int
    name: str
    check: Check
    when: When


STEPS: dict[str, Step] = {}
INVARIANTS: list[Invariant] = []


def step(
    name: str, *, weight: float, fault: bool = False, lanes: frozenset[int] = EVERY_LANE
) -> Callable[[Do], Do]:
    """Register a kind of step."""

    def register(do: Do) -> Do:
        if name in STEPS:
            msg = f"two steps are called {name!r}"
            raise ValueError(msg)
        STEPS[name] = Step(name, do, weight, fault, lanes)
        return do

    return register


def invariant(number: int, name: str, *, at: When) -> Callable[[Check], Check]:
    """Register an invariant."""

    def register(check: Check) -> Check:
        INVARIANTS.append(Invariant(number, name, check, at))
        return check

    return register


def load() -> None:
    """Import every file of both folders, in the order of their names."""
    for folder in ("steps", "invariants"):
        for path in sorted((HERE / folder).glob("*.py")):
            importlib.import_module(f"tests.simulation.{folder}.{path.stem}")
    INVARIANTS.sort(key=lambda each: (each.number, each.name))


def draw(chance: random.Random, count: int, lane: int) -> list[str]:
    """Draw the kinds of a world's steps."""
    kinds = sorted((each for each in STEPS.values() if lane in each.lanes), key=lambda each: each.name)
    drawn = chance.choices(kinds, [each.weight for each in kinds], k=count)
    return [each.name for each in drawn]
