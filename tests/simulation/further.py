"""The lanes that stand beside this one, and what of the shipping modules the simulation runs."""

import importlib.util
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

AT_LEAST_SEEDS = 200
"""From so many seeds on a small share of lanes 3 and 4 runs along."""
KILLS_PER_SEED = 0.1
POSTGRES_PER_SEED = 0.02
END_WITHIN_S = 300.0
"""How long a lane that is told to end may need for the world it is in."""
LANE_3, LANE_4 = "tests.simulation.postgres", "tests.simulation.processes"
ROOMS = ("sync/till", "sync/protocol", "sync/central/services/journal", "sync/central/services")
MEASURED = ("sync.till", "sync.protocol", "sync.central.services", "sync.central.database")
COVERAGE = Path(__file__).resolve().parent.parent.parent / "build" / "simulation-coverage.json"


def further_lanes(seeds: int, first: int, lane: int | None, *, into: dict[str, dict[str, Any]]) -> None:
    """Run the lanes with real kills of PostgreSQL and of processes; keep ``into`` what they say.

    Raises ``KeyboardInterrupt`` after a lane that was ended by it has said what it came to.
    """
    share = lane is None and seeds >= AT_LEAST_SEEDS
    if (lane == 3 or share) and _is_there(LANE_3):
        many = seeds if lane == 3 else max(1, int(seeds * POSTGRES_PER_SEED))
        _ask(into, "lane 3", LANE_3, "--seeds", many, "--first", first)
    if (lane == 4 or share) and _is_there(LANE_4):
        many = seeds if lane == 4 else max(10, int(seeds * KILLS_PER_SEED))
        # The lane's own limit is one of half an hour.
        minutes = max(30, many)
        _ask(into, "lane 4", LANE_4, "--kills", many, "--seed", first, "--minutes", minutes)


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


def _ask(into: dict[str, dict[str, Any]], lane: str, module: str, *arguments: object) -> None:
    """Run a lane in a process of its own, and keep what it says in the end, be it ended early."""
    print(f"… {lane}: {' '.join(map(str, arguments))}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", module, *map(str, arguments), "--json"]
    stopped = False
    with tempfile.TemporaryFile("w+") as trouble:
        done = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=trouble, text=True, start_new_session=True
        )
        try:
            said, _ = done.communicate()
        except KeyboardInterrupt:
            stopped = True
            done.send_signal(signal.SIGINT)
            said, _ = done.communicate(timeout=END_WITHIN_S)
        trouble.seek(0)
        complaint = trouble.read()[-500:]
    into[lane] = _heard(module, said, done.returncode, complaint)
    if stopped:
        raise KeyboardInterrupt


def _heard(module: str, said: str, status: int, complaint: str) -> dict[str, Any]:
    lines = [line for line in said.splitlines() if line.startswith("{")]
    if not lines:
        return {"violations": [f"{module} said nothing and ended with {status}: {complaint}"]}
    told: dict[str, Any] = json.loads(lines[-1])
    if status and not told.get("violations"):
        told["violations"] = [f"{module} ended with {status}: {complaint}"]
    return told
