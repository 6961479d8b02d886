"""What a run says in the end: on the screen, and to the record in `build/simulation.json`."""

import json
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.simulation.record import YEAR_MS
from tests.simulation.seed import MIN_STEPS, Verdict

MAX_ROWS = 40
ONCE_TOO_OFTEN = 2
"""In so many different seeds the same is a violation, though none of them shows it again."""
MAX_TOLD = 20
"""What was seen once is told so often at most."""


class Report:
    """Adds up verdicts."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self.seeds: Counter[int] = Counter()
        self.short = 0
        self.virtual_ms = 0
        self.events = 0
        self.acknowledged = 0
        self.sales = 0
        self.steps = 0
        self.slowest_settle_ms = 0
        self.tally: Counter[str] = Counter()
        self.met: Counter[tuple[str, str]] = Counter()
        self.kills: Counter[str] = Counter()
        self.violations: list[Verdict] = []
        self.seen_once: list[Verdict] = []
        self.further: dict[str, Any] = {}

    def add(self, verdict: Verdict) -> None:
        """Count one seed."""
        self.seeds[verdict.lane] += 1
        self.short += verdict.violation is None and not verdict.counts
        self.virtual_ms += verdict.virtual_ms
        self.events += verdict.events
        self.acknowledged += verdict.acknowledged
        self.sales += verdict.sales
        self.steps += verdict.steps
        self.slowest_settle_ms = max(self.slowest_settle_ms, verdict.settled_ms or 0)
        # In place: a sum made anew at each of a hundred thousand worlds is a quadratic one.
        self.tally.update(verdict.tally)
        self.met.update(verdict.met)
        self.kills.update(verdict.kills)
        if verdict.violation is not None:
            self.violations.append(verdict)
        if verdict.seen_once is not None:
            self.seen_once.append(verdict)

    @property
    def seconds(self) -> float:
        """How long it took so far."""
        return time.monotonic() - self._begun

    @property
    def failed(self) -> bool:
        """Whether anything was violated in any lane, or seen once too often."""
        beside = any(told.get("violations") for told in self.further.values())
        return bool(self.violations) or beside or bool(self.seen_too_often())

    def seen_too_often(self) -> dict[str, list[int]]:
        """Return what was seen once in several seeds, with these: one may be the machine's doing, not two alike."""
        seeds: dict[str, set[int]] = {}
        for each in self.seen_once:
            seeds.setdefault(each.seen_once_kind, set()).add(each.seed)
        return {kind: sorted(found) for kind, found in seeds.items() if len(found) >= ONCE_TOO_OFTEN}

    def progress(self, expected: int) -> str:
        """Say in a line how far it is."""
        done = sum(self.seeds.values())
        left_min = (expected - done) * self.seconds / max(1, done) / 60
        return f"… {done} of {expected} worlds, {self._rate()}, {left_min:.0f} min to go"

    def print_out(self) -> None:
        """Print everything."""
        lanes = ", ".join(f"lane {lane}: {count}" for lane, count in sorted(self.seeds.items()))
        if self.seeds:
            print(f"\nseeds                 {sum(self.seeds.values())} ({lanes}), {self._rate()}")
            print(f"virtual time          {self.virtual_ms / YEAR_MS:.1f} till-years, {self.steps} steps")
            print(
                f"events                {self.events} in journals, {self.acknowledged} acknowledged to people"
            )
            print(f"acknowledged sales    {self.sales}")
            print(
                f"slowest to settle     {self.slowest_settle_ms / 1000:.0f} s of virtual time after healing"
            )
            if self.short:
                print(
                    f"do not count          {self.short} seeds of fewer than {MIN_STEPS} steps, or without a crash or a partition"
                )
            _table("faults by kind", self.tally)
            _table("where each kill fell", self.kills)
            self._print_states()
        for name, told in self.further.items():
            _print_lane(name, told)
        for verdict in self.seen_once[:MAX_TOLD]:
            print(f"\nseen once, never again: seed {verdict.seed}, lane {verdict.lane}: {verdict.seen_once}")
        often = self.seen_too_often()
        for kind, seeds in often.items():
            print(
                f"\nVIOLATION: invariant {kind}: seen once in each of the seeds {', '.join(map(str, seeds))}"
            )
        lost = sum(each.invariant.startswith("1 ") for each in self.violations)
        lost += sum(told.get("losses", 0) for told in self.further.values())
        many = len(self.violations) + len(often)
        many += sum(len(told.get("violations", ())) for told in self.further.values())
        print(f"\nacknowledged and lost {lost}")
        print(f"violations            {many}")

    def figures(self) -> dict[str, Any]:
        """Return what the record keeps of the first two lanes, as plain data that can be added up."""
        return {
            "seeds": {str(lane): count for lane, count in sorted(self.seeds.items())},
            "seeds_that_count": sum(self.seeds.values()) - self.short,
            "seconds": round(self.seconds, 1),
            "till_years": round(self.virtual_ms / YEAR_MS, 2),
            "steps": self.steps,
            "events": self.events,
            "acknowledged": self.acknowledged,
            "acknowledged_sales": self.sales,
            "losses": sum(each.invariant.startswith("1 ") for each in self.violations),
            "slowest_settle_ms": self.slowest_settle_ms,
            "faults": dict(self.tally.most_common()),
            "kills": dict(self.kills.most_common()),
            "fault_by_state": [[*pair, count] for pair, count in sorted(self.met.items())],
            "violations": [
                {"seed": each.seed, "lane": each.lane, "violation": each.violation}
                for each in self.violations
            ]
            + [
                {"seeds": seeds, "violation": f"invariant {kind}: seen once in each of these seeds"}
                for kind, seeds in self.seen_too_often().items()
            ],
            "seen_once": [
                {"seed": each.seed, "lane": each.lane, "violation": each.seen_once} for each in self.seen_once
            ],
        }

    def _rate(self) -> str:
        return f"{sum(self.seeds.values()) * 60 / max(self.seconds, 0.001):.1f} seeds a minute"

    def _print_states(self) -> None:
        print("\nfault × state reached (how often a state was met while this was the latest fault)")
        faults = sorted({fault for fault, _ in self.met})
        totals: Counter[str] = Counter()
        for (_, state), count in self.met.items():
            totals[state] += count
        for state, total in totals.most_common(MAX_ROWS):
            cells = [f"{fault}: {self.met[fault, state]}" for fault in faults if self.met[fault, state]]
            print(f"  {state} ({total})\n      " + " · ".join(cells))


def tell(verdict: Verdict, *, plant: str | None) -> None:
    """Print one violation: what does not hold, the story, and how to see it again."""
    print(f"\nVIOLATION in seed {verdict.seed}, lane {verdict.lane}: {verdict.violation}")
    print(f"the shortest story found ({len(verdict.story)} lines of {verdict.steps} steps):")
    for line in verdict.story:
        print(f"  - {line}")
    bug = f" PLANT={plant}" if plant else ""
    print(f"\nsee it again: make simulate SEEDS=1 FIRST={verdict.seed} LANE={verdict.lane}{bug}")


def _print_lane(name: str, told: dict[str, Any]) -> None:
    print(f"\n{name}")
    for key, value in told.items():
        if isinstance(value, dict):
            _table(f"{name}: {key}", Counter(value))
        elif key != "violations":
            print(f"{value!s:>9}  {key}")
    for each in told.get("violations", ()):
        print(f"\nVIOLATION in {name}: {_lines(each)}")


def _lines(violation: Any) -> str:
    if not isinstance(violation, dict):
        return str(violation)
    lines: Iterable[str] = (
        f"  {key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)}"
        for key, value in violation.items()
        if key != "sentence"
    )
    return "\n".join([str(violation.get("sentence", "")), *lines])


def _table(title: str, counts: Counter[str]) -> None:
    print(f"\n{title}")
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"{count:>9}  {name}")
