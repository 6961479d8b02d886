"""What all runs of this checkout have come to, in `build/simulation.json`.

Each run stands there by its lanes and its seeds, so that a run that is begun again, or goes on where another
ended, counts each seed once: of two runs that overlap in a lane, the larger stays. ``together`` is their sum.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

RESULT = Path(__file__).resolve().parent.parent.parent / "build" / "simulation.json"
YEAR_MS = 365.25 * 24 * 3600 * 1000
SUMS = ("seconds", "till_years", "steps", "events", "acknowledged", "acknowledged_sales", "losses", "seeds_that_count")  # fmt: skip
LANES_BESIDE = ("lane 3", "lane 4")


class Record:
    """One run's place in the file; written again and again while it goes on."""

    def __init__(self, *, lane: int | None, first: int, file: Path = RESULT) -> None:
        """``first`` is the run's first seed."""
        self._file = file
        self._lane, self._first = lane, first

    def write(self, figures: dict[str, Any], *, last: int, further: dict[str, Any]) -> None:
        """Write what this run has come to: every seed up to ``last`` is done, some behind it may be."""
        mine = {"lane": self._lane, "first": self._first, "last": last, "further": further, **figures}
        if not any(figures["seeds"].values()) and not further:
            return
        # Read anew each time: another run may be writing its own.
        known = _runs(self._file)
        larger = [each for each in known if _overlap(each, mine) and _size(each) > _size(mine)]
        # A violation is never hidden behind a larger run of an earlier day.
        runs = (
            known
            if larger and not _bad(mine)
            else [*(each for each in known if not _overlap(each, mine)), mine]
        )
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".json.new")
        content = {"together": together(runs), "runs": runs}
        new.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n")
        new.replace(self._file)


def together(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Add runs up."""
    seeds: Counter[str] = Counter()
    counters: dict[str, Counter[str]] = {"faults": Counter(), "kills": Counter()}
    met: Counter[tuple[str, str]] = Counter()
    for run in runs:
        seeds.update(run["seeds"])
        for name, counter in counters.items():
            counter.update(run[name])
        for fault, state, count in run["fault_by_state"]:
            met[fault, state] += count
    return {
        "seeds": dict(sorted(seeds.items())),
        **{name: round(sum(run[name] for run in runs), 2) for name in SUMS},
        "slowest_settle_ms": max((run["slowest_settle_ms"] for run in runs), default=0),
        **{name: dict(counter.most_common()) for name, counter in counters.items()},
        "fault_by_state": [[*pair, count] for pair, count in sorted(met.items())],
        "violations": [each for run in runs for each in run["violations"]],
        "seen_once": [each for run in runs for each in run["seen_once"]],
        **{name: _beside([run["further"][name] for run in runs if name in run["further"]]) for name in LANES_BESIDE},
    }  # fmt: skip


def _beside(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Add up what the lanes in processes of their own have said: numbers, counts by name, lists."""
    sums: dict[str, Any] = {}
    for each in told:
        for name, value in each.items():
            if isinstance(value, dict):
                sums[name] = dict(Counter(sums.get(name, {})) + Counter(value))
            elif isinstance(value, list):
                sums[name] = sums.get(name, []) + value
            elif name not in ("lane", "first_seed", "tills"):
                sums[name] = round(sums.get(name, 0) + value, 1)
    return sums


def _runs(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    found: list[dict[str, Any]] = json.loads(file.read_text()).get("runs", [])
    return found


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    lanes = [set(run["seeds"]) | set(run["further"]) for run in (one, other)]
    apart = one["last"] < other["first"] or other["last"] < one["first"]
    return bool(lanes[0] & lanes[1]) and not apart


def _size(run: dict[str, Any]) -> int:
    return int(run["last"]) - int(run["first"])


def _bad(run: dict[str, Any]) -> bool:
    return bool(run["violations"]) or any(each.get("violations") for each in run["further"].values())
