"""``python -m tests.simulation --seeds N [--first K] [--lane L] [--plant BUG] [--coverage]``.

Exit status 1 when an invariant was violated; then it prints the shortest story that was found and the one
command that replays it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.simulation.central_host import scratch
from tests.simulation.crew import WORKERS, Task, run_all, run_here
from tests.simulation.further import further_lanes, measured
from tests.simulation.plants import PlantGone, find, plant_into
from tests.simulation.report import Report, tell

LANE_2_EVERY = 4
"""Every so many seeds a second world is made of it, whose disks fail too."""
SHRINK_S = 60.0
PROGRESS_EVERY = 25


def main() -> int:
    """Run; 1 when anything was violated, 2 when a bug could not be planted."""
    options = _options()
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
    parser.add_argument("--plant-name", default="", help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes; 0: all in this one")
    parser.add_argument("--shrink", type=float, default=SHRINK_S, help="seconds to look for a shorter story")
    parser.add_argument("--coverage", action="store_true", help="measure what of the shipping modules runs")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    tasks = _tasks(options.seeds, options.first, options.lane)
    report = Report()
    if tasks:
        _simulate(tasks, report, options)
    failed = bool(report.violations)
    if not failed and not options.plant_name and options.workers:
        report.further |= further_lanes(options.seeds, options.first, options.lane)
        failed = any(told.get("violations") for told in report.further.values())
    report.print_out()
    if not options.plant_name:
        report.write()
    for verdict in report.violations:
        tell(verdict, plant=options.plant_name or None)
    return 1 if failed else 0


def _simulate(tasks: list[Task], report: Report, options: argparse.Namespace) -> None:
    run = (
        run_all(tasks, workers=options.workers, shrink_s=options.shrink)
        if options.workers
        else run_here(tasks, shrink_s=options.shrink)
    )
    for count, verdict in enumerate(run, start=1):
        report.add(verdict)
        if count % PROGRESS_EVERY == 0:
            print(f"… {count} of {len(tasks)} worlds", file=sys.stderr, flush=True)
        if verdict.violation is not None and options.plant_name:
            print(f"the planted bug {options.plant_name} was found after {count} worlds")


def _tasks(seeds: int, first: int, lane: int | None) -> list[Task]:
    tasks: list[Task] = []
    for seed in range(first, first + seeds):
        if lane in (None, 1):
            tasks.append((seed, 1))
        if lane == 2 or (lane is None and seed % LANE_2_EVERY == 0):
            tasks.append((seed, 2))
    return tasks


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
