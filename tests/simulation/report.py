"""What a run says in the end: on the screen, and in `build/simulation.json`."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.simulation.seed import MIN_STEPS, Verdict

RESULT = Path(__file__).resolve().parent.parent.parent / "build" / "simulation.json"
YEAR_MS = 365.25 * 24 * 3600 * 1000
MAX_ROWS = 40


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
        self.further: dict[str, Any] = {}

    def add(self, verdict: Verdict) -> None:
        """Count one seed."""
        self.seeds[verdict.lane] += 1
        self.short += verdict.violation is None and verdict.steps < MIN_STEPS
        self.virtual_ms += verdict.virtual_ms
        self.events += verdict.events
        self.acknowledged += verdict.acknowledged
        self.sales += verdict.sales
        self.steps += verdict.steps
        self.slowest_settle_ms = max(self.slowest_settle_ms, verdict.settled_ms or 0)
        self.tally += verdict.tally
        self.met += verdict.met
        self.kills += verdict.kills
        if verdict.violation is not None:
            self.violations.append(verdict)

    def print_out(self) -> None:
        """Print everything."""
        took_s = time.monotonic() - self._begun
        lanes = ", ".join(f"lane {lane}: {count}" for lane, count in sorted(self.seeds.items()))
        print(f"\nseeds                 {sum(self.seeds.values())} ({lanes}), {self._rate(took_s)}")
        print(f"virtual time          {self.virtual_ms / YEAR_MS:.1f} till-years, {self.steps} steps")
        print(f"events                {self.events} in journals, {self.acknowledged} acknowledged to people")
        print(f"acknowledged sales    {self.sales}")
        print(f"slowest to settle     {self.slowest_settle_ms / 1000:.0f} s of virtual time after healing")
        if self.short:
            print(f"too short to count    {self.short} seeds with fewer than {MIN_STEPS} steps")
        _table("faults by kind", self.tally)
        _table("where each kill fell", self.kills)
        self._print_states()
        for name, told in self.further.items():
            print(f"\n{name}: {json.dumps(told, ensure_ascii=False, default=str)[:2000]}")
        print(f"\nviolations            {len(self.violations)}")

    def write(self) -> None:
        """Write the result file."""
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "seeds": {str(lane): count for lane, count in sorted(self.seeds.items())},
            "seconds": round(time.monotonic() - self._begun, 1),
            "till_years": round(self.virtual_ms / YEAR_MS, 2),
            "steps": self.steps,
            "events": self.events,
            "acknowledged": self.acknowledged,
            "acknowledged_sales": self.sales,
            "slowest_settle_ms": self.slowest_settle_ms,
            "faults": dict(self.tally.most_common()),
            "kills": dict(self.kills.most_common()),
            "fault_by_state": [[*pair, count] for pair, count in sorted(self.met.items())],
            "violations": [
                {"seed": each.seed, "lane": each.lane, "violation": each.violation}
                for each in self.violations
            ],
            **self.further,
        }
        RESULT.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n")

    def _rate(self, took_s: float) -> str:
        return f"{sum(self.seeds.values()) / max(took_s, 0.001):.2f} a second"

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


def _table(title: str, counts: Counter[str]) -> None:
    print(f"\n{title}")
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"{count:>9}  {name}")
