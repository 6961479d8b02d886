"""From a world that ended badly to the shortest story found that still ends so, as delta debugging does it.

A world takes seconds, so the largest cuts come first: what comes behind the fault, then all steps of a kind, then
one stretch after another down to single steps. Each cut that still breaks the same invariant stays.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.simulation.seed import Plan, Verdict

Run = Callable[[Plan], Verdict]
"""Runs a world of these steps only."""


def shrink(verdict: Verdict, plan: Plan, run: Run, *, seconds: float) -> Verdict:
    """Return the verdict of the shortest world found within ``seconds``; ``plan`` are the steps that were drawn."""
    search = _Search(verdict, plan[: verdict.lived], run, time.monotonic() + seconds)
    if verdict.failed_at < 0:
        # It showed only at rest: nobody knows yet which step did it.
        search.cut_behind()
    kinds = dict.fromkeys(name for _, name in search.plan)
    search.thin([{number for number, name in search.plan if name == kind} for kind in kinds])
    search.thin([{number} for number, _ in search.plan])
    search.best.steps = len(search.plan)
    return search.best


@dataclass(slots=True)
class _Search:
    best: Verdict
    plan: Plan
    run: Run
    ends: float

    def cut_behind(self) -> None:
        """Halve the way to the first step behind which it fails."""
        enough, too_few = len(self.plan), 0
        while enough - too_few > 1 and time.monotonic() < self.ends:
            half = (enough + too_few) // 2
            if self._fails(self.plan[:half]):
                enough = min(half, len(self.plan))
            else:
                too_few = half

    def thin(self, groups: Sequence[set[int]]) -> None:
        """Leave out as many groups of steps (by their numbers) as can be: half of them first, single ones last."""
        left = list(groups)
        size = len(left) // 2
        while size:
            at = 0
            while at < len(left):
                if time.monotonic() > self.ends:
                    return
                fewer = left[:at] + left[at + size :]
                kept = set[int]().union(*fewer)
                if self._fails(tuple(step for step in self.plan if step[0] in kept)):
                    lived = {number for number, _ in self.plan}
                    left = [group for group in fewer if group & lived]
                else:
                    at += size
            size //= 2

    def _fails(self, shorter: Plan) -> bool:
        tried = self.run(shorter)
        if tried.violation is None or tried.invariant != self.best.invariant:
            return False
        self.best, self.plan = tried, shorter[: tried.lived]
        return True
