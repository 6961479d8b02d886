"""The lanes that stand beside this one, and what of the shipping modules the simulation runs."""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

AT_LEAST_SEEDS = 200
"""From so many seeds on a small share of lanes 3 and 4 runs along."""
KILLS_PER_SEED = 0.1
POSTGRES_PER_SEED = 0.02
LANE_3, LANE_4 = "tests.simulation.postgres", "tests.simulation.processes"
ROOMS = ("sync/till", "sync/protocol", "sync/central/services/journal", "sync/central/services")
MEASURED = ("sync.till", "sync.protocol", "sync.central.services", "sync.central.database")
COVERAGE = Path(__file__).resolve().parent.parent.parent / "build" / "simulation-coverage.json"


def further_lanes(seeds: int, first: int, lane: int | None) -> dict[str, dict[str, Any]]:
    """Run the lanes with real kills of PostgreSQL and of processes; return what they say."""
    told: dict[str, dict[str, Any]] = {}
    share = lane is None and seeds >= AT_LEAST_SEEDS
    if (lane == 3 or share) and _is_there(LANE_3):
        many = seeds if lane == 3 else max(1, int(seeds * POSTGRES_PER_SEED))
        told["lane 3"] = _ask(LANE_3, "--seeds", many, "--first", first)
    if (lane == 4 or share) and _is_there(LANE_4):
        many = seeds if lane == 4 else max(10, int(seeds * KILLS_PER_SEED))
        told["lane 4"] = _ask(LANE_4, "--kills", many, "--seed", first)
    return told


def measured(arguments: list[str]) -> int:
    """Run all worlds in one process and print what of the shipping modules ran; also `build/simulation-coverage.json`."""
    with tempfile.TemporaryDirectory(prefix="countersign-coverage-") as folder:
        data, out = Path(folder) / "coverage", Path(folder) / "coverage.json"
        run = ["run", f"--data-file={data}", f"--source={','.join(MEASURED)}", "-m", "tests.simulation"]
        done = subprocess.run(
            [sys.executable, "-m", "coverage", *run, *arguments, "--workers", "0"], check=False
        )
        command = [sys.executable, "-m", "coverage", "json", f"--data-file={data}", "-o", str(out)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        rooms = _by_room(json.loads(out.read_text())["files"])
    print("\nstatements of the shipping modules that the simulation ran")
    for room, told in rooms.items():
        print(f"{told['percent']:>8} %  of {told['statements']:>5}  {room}")
        for name, percent in told["least"].items():
            print(f"{'':>20}{percent:>6} %  {name}")
    COVERAGE.parent.mkdir(parents=True, exist_ok=True)
    COVERAGE.write_text(json.dumps(rooms, indent=1) + "\n")
    return done.returncode


def _by_room(files: dict[str, Any]) -> dict[str, Any]:
    rooms: dict[str, Any] = {}
    for room in ROOMS:
        mine = {name: told["summary"] for name, told in files.items() if f"{room}/" in name}
        run = sum(each["covered_lines"] for each in mine.values())
        all_lines = sum(each["num_statements"] for each in mine.values())
        rooms[room] = {
            "percent": round(100 * run / max(1, all_lines), 1),
            "statements": all_lines,
            "least": dict(
                sorted(
                    ((name, round(each["percent_covered"], 1)) for name, each in mine.items()),
                    key=lambda pair: pair[1],
                )[:12]
            ),
        }
    return rooms


def _is_there(module: str) -> bool:
    folder = Path(__file__).parent / module.rpartition(".")[2]
    return (folder / "__main__.py").exists() and importlib.util.find_spec(module) is not None


def _ask(module: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return {
            "violations": [f"{module} said nothing and ended with {done.returncode}: {done.stderr[-500:]}"]
        }
    told: dict[str, Any] = json.loads(lines[-1])
    if done.returncode and not told.get("violations"):
        told["violations"] = [f"{module} ended with {done.returncode}: {done.stderr[-500:]}"]
    return told
