"""``python -m tests.simulation.disk --seeds N [--first K] [--lie] [--everywhere]``: one till on failing disks.

Prints what was run, which faults struck, where in a commit the kills fell, and what became of it. A broken
promise is printed with the command that replays it, and makes the exit status 1.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.simulation.disk.calls import detach_all
from tests.simulation.disk.one_till import OneTill
from tests.simulation.disk.promise import Broken
from tests.simulation.disk.runs import crash_everywhere, run

WORKS = (
    "sell", "use", "store_grants", "close_lease", "upload", "note", "fold", "feed", "snapshot", "reopen",
)  # fmt: skip


class Tally:
    """What many runs came to."""

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.calls = self.steps = self.kept = 0

    def add(self, till: OneTill) -> None:
        self.places += till.disk.places
        self.faults += Counter({fault.value: count for fault, count in till.disk.struck.items()})
        self.outcomes += till.outcomes
        self.calls += till.disk.calls
        self.steps += sum(till.steps.values())
        self.kept += len(till.promise.kept)

    def show(self) -> None:
        print(f"{self.steps} steps, {self.calls} I/O calls, {self.kept} acknowledged events")
        for title, counts in (
            ("faults", self.faults), ("where the kills fell", self.places), ("what was said", self.outcomes),
        ):  # fmt: skip
            print(f"{title}:")
            for name, count in counts.most_common():
                print(f"  {count:>8}  {name}")


def soak(folder: Path, seeds: range, *, lie: bool) -> int:
    """Run seeds; return how many broke a promise."""
    tally, broken, start = Tally(), 0, time.monotonic()
    for seed in seeds:
        try:
            tally.add(run(folder / str(seed), seed, lie=lie))
        except Broken as story:
            broken += 1
            detach_all()
            again = f"python -m tests.simulation.disk --first {seed} --seeds 1{' --lie' * lie}"
            print(f"seed {seed}: {story}\n  replay: {again}", flush=True)
    spent = time.monotonic() - start
    print(f"{len(seeds)} seeds in {spent:.1f} s ({len(seeds) / spent:.2f} a second), {broken} broken")
    tally.show()
    return broken


def everywhere(folder: Path) -> int:
    """Cut the power at every call of every piece of work, before and after it; return how many calls those were."""
    total, tally = 0, Tally()
    for keep in (0, 1, None):
        till = OneTill(folder / f"everywhere-{keep}", 1)
        till.begin()
        for work in (till.store_grants, till.sell, till.snapshot, till.feed, till.sell, till.upload):
            work()
        for name in WORKS:
            for after in (False, True):
                total += crash_everywhere(till, getattr(till, name), keep=keep, after=after)
        till.close()
        till.disk.close()
        tally.add(till)
    print(f"{total} crash points of {len(WORKS)} pieces of work, none broke a promise")
    tally.show()
    return total


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.disk", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--lie", action="store_true", help="let syncs lie as well")
    parser.add_argument("--everywhere", action="store_true", help="instead: a crash at every call")
    chosen = parser.parse_args()
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    # What a till logs about a failing disk is what this is about.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.everywhere:
            everywhere(Path(folder))
            return 0
        seeds = range(chosen.first, chosen.first + chosen.seeds)
        return 1 if soak(Path(folder), seeds, lie=chosen.lie) else 0


if __name__ == "__main__":
    sys.exit(main())
