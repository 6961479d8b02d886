"""How short a story gets of which two steps matter."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.seed import Plan, Verdict
from tests.simulation.shrinking import shrink

PLAN: Plan = tuple((number, f"kind {number % 7}") for number in range(200))


def judged(plan: Plan, guilty: set[int], *, at_rest: bool) -> Verdict:
    """A world in which something goes wrong once all the guilty steps have been lived."""
    numbers = [number for number, _ in plan]
    verdict = Verdict(1, 1, lived=len(plan))
    if guilty <= set(numbers):
        verdict.violation = verdict.invariant = "1 lost"
        if not at_rest:
            verdict.failed_at = max(numbers.index(number) for number in guilty)
            verdict.lived = verdict.failed_at + 1
        verdict.story = [str(number) for number in numbers[: verdict.lived]]
    return verdict


@pytest.mark.parametrize("at_rest", [True, False])
@settings(max_examples=25)
@given(guilty=st.sets(st.integers(0, 199), min_size=1, max_size=3))
def test_nothing_is_left_but_the_steps_that_matter(guilty: set[int], *, at_rest: bool) -> None:
    first = judged(PLAN, guilty, at_rest=at_rest)
    found = shrink(first, PLAN, lambda plan: judged(plan, guilty, at_rest=at_rest), seconds=math.inf)
    assert found.story == [str(number) for number in sorted(guilty)]
    assert found.steps == len(guilty)


def test_what_is_found_at_rest_takes_few_worlds_to_lose_all_that_came_later() -> None:
    tried: list[int] = []

    def run(plan: Plan) -> Verdict:
        tried.append(len(plan))
        return judged(plan, {3}, at_rest=True)

    shrink(judged(PLAN, {3}, at_rest=True), PLAN, run, seconds=math.inf)
    assert tried[:8] == [100, 50, 25, 12, 6, 3, 4, 2]


def test_another_violation_is_another_story() -> None:
    def run(plan: Plan) -> Verdict:
        other = judged(plan, set(), at_rest=True)
        other.invariant = "2 over-spent"
        return other

    first = judged(PLAN, {3}, at_rest=True)
    assert shrink(first, PLAN, run, seconds=math.inf) is first


def test_without_time_the_story_stays_as_it_was() -> None:
    first = judged(PLAN, {3}, at_rest=True)
    found = shrink(first, PLAN, lambda plan: judged(plan, {3}, at_rest=True), seconds=-1)
    assert found.story == first.story
