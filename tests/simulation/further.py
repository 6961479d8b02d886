"""The lanes that stand beside this one, and what of the shipping modules the simulation runs."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

AT_LEAST_SEEDS = 200
"""From so many seeds on a small share of lanes 3 and 4 runs along."""
KILLS_PER_SEED = 0.1
POSTGRES_PER_SEED = 0.02
LANE_3, LANE_4 = "tests.simulation.postgres", "tests.simulation.processes"
ROOMS = ("sync/till", "sync/protocol", "sync/central/services")


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


def coverage_report(folder: Path) -> dict[str, Any]:
    """Put together what the workers measured: per room, statements run of all."""
    import coverage

    measured = coverage.Coverage(data_file=str(folder / ".coverage"))
    measured.combine([str(folder)])
    measured.save()
    out = folder / "coverage.json"
    measured.json_report(outfile=str(out))
    files = json.loads(out.read_text())["files"]
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
