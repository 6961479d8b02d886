"""``python -m tests.simulation --seeds N [--first K] [--lane L] [--plant BUG] [--plants] [--coverage]``.

Exit status 1 when an invariant was violated; then it prints the shortest story that was found and the one
command that replays it. Ctrl-C ends a run with the figures so far (130); what all runs have come to stands in
``build/simulation.json``.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.central_host import scratch
from tests.simulation.crew import WORKERS, Task, run_all, run_here
from tests.simulation.found_after import table
from tests.simulation.further import further_lanes, measured
from tests.simulation.plants import FURTHER, LISTED, PlantGone, find, plant_into
from tests.simulation.record import Record
from tests.simulation.report import Report, tell
from tests.simulation.seed import Verdict

LANE_2_EVERY = 4
"""Every so many seeds a second world is made of it, whose disks fail too."""
LANES_BESIDE = (3, 4)
"""Each runs in a process of its own."""
SHRINK_S = 120.0
PROGRESS_EVERY_S = 30.0
STOPPED = 130
"""Exit status of a run that was ended by Ctrl-C, as shells have it."""


def main() -> int:
    """Run; 1 when anything was violated, 2 when a bug could not be planted."""
    options = _options()
    if options.plants:
        print("\n".join(table((*LISTED, *FURTHER))))
        return 0
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets of strings is drawn anew by each process: a seed must find it as it was.
        os.execve(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"})  # fmt: skip
    if options.coverage:
        return measured([each for each in sys.argv[1:] if each != "--coverage"])
    if options.plant:
        return _planted(options.plant)
    return _run(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--lane", type=int, choices=(1, 2, 3, 4), help="this lane only")
    parser.add_argument("--plant", default="", help="run on a copy of the tree with this bug in it")
    parser.add_argument(
        "--plants", action="store_true", help="say what can be planted, and what was found when"
    )
    parser.add_argument("--plant-name", default="", help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes; 0: all in this one")
    parser.add_argument("--shrink", type=float, default=SHRINK_S, help="seconds to look for a shorter story")
    parser.add_argument("--coverage", action="store_true", help="measure what of the shipping modules runs")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    """Run the lanes; Ctrl-C (or SIGTERM) ends them early, and what was done until then is told and kept."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    report = Report()
    progress = _Progress(options)
    stopped = False
    try:
        if options.lane not in LANES_BESIDE:
            _simulate(report, progress, options)
        if not report.failed and not options.plant_name and options.workers:
            further_lanes(options.seeds, options.first, options.lane, into=report.further)
    except KeyboardInterrupt:
        stopped = True
    report.print_out()
    if not options.plant_name:
        progress.keep(report)
    for verdict in report.violations:
        tell(verdict, plant=options.plant_name or None)
    if stopped and options.lane not in LANES_BESIDE:
        print(f"\nstopped; go on by FIRST={progress.last + 1}")
    if report.failed:
        return 1
    return STOPPED if stopped else 0


def _simulate(report: Report, progress: "_Progress", options: argparse.Namespace) -> None:
    tasks = _tasks(options.seeds, options.first, options.lane)
    expected = sum(1 for _ in _tasks(options.seeds, options.first, options.lane))
    run = (
        run_all(tasks, workers=options.workers, shrink_s=options.shrink)
        if options.workers
        else run_here(tasks, shrink_s=options.shrink)
    )
    told_s = time.monotonic()
    with contextlib.closing(run):
        for count, verdict in enumerate(run, start=1):
            report.add(verdict)
            progress.add(verdict)
            if time.monotonic() - told_s > PROGRESS_EVERY_S:
                told_s = time.monotonic()
                print(report.progress(expected), file=sys.stderr, flush=True)
                if not options.plant_name:
                    progress.keep(report)
            if verdict.violation is not None and options.plant_name:
                print(f"the planted bug {options.plant_name} was found after {count} worlds")


class _Progress:
    """Up to which seed everything is done, and the record of it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._record = Record(lane=options.lane, first=options.first)
        self._open = deque(_tasks(options.seeds, options.first, options.lane))
        self._done: set[Task] = set()
        self.last = options.first + options.seeds - 1 if options.lane in LANES_BESIDE else options.first - 1

    def add(self, verdict: Verdict) -> None:
        """Count one world."""
        self._done.add((verdict.seed, verdict.lane))
        while self._open and self._open[0] in self._done:
            self._done.discard(task := self._open.popleft())
            if not self._open or self._open[0][0] != task[0]:
                self.last = task[0]

    def keep(self, report: Report) -> None:
        """Write the record."""
        self._record.write(report.figures(), last=self.last, further=report.further)


def _tasks(seeds: int, first: int, lane: int | None) -> Iterator[Task]:
    for seed in range(first, first + seeds):
        if lane in (None, 1):
            yield seed, 1
        if lane == 2 or (lane is None and seed % LANE_2_EVERY == 0):
            yield seed, 2


def _planted(name: str) -> int:
    """Run on a copy of the tree in which one line is another."""
    try:
        bug = find(name)
        with tempfile.TemporaryDirectory(prefix="countersign-plant-", dir=scratch()) as folder:
            plant_into(bug, Path(folder))
            print(f"planted: {bug.file}: {bug.story}", file=sys.stderr, flush=True)
            passed = [each for each in sys.argv[1:] if each not in ("--plant", name, f"--plant={name}")]
            command = [sys.executable, "-m", "tests.simulation", *passed, "--plant-name", name]
            environment = {**os.environ, "PYTHONPATH": folder, "PYTHONHASHSEED": "0"}
            return subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    except PlantGone as gone:
        print(f"{name} cannot be planted: {gone}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
