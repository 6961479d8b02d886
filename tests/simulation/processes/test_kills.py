"""A slice of lane 4 for every run of the tests: some kills of everything, and nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.processes.leftovers import processes_of

ROOT = Path(__file__).resolve().parents[3]
KILLS = 20
WORDS = f"-m tests.simulation.processes --json --kills {KILLS} --seed 1 --tills 3".split()


@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_used_twice_when_real_processes_are_killed(tmp_path: Path) -> None:
    # A process of its own: it adopts whatever the killed ones leave behind.
    done = subprocess.run(
        [sys.executable, *WORDS, "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["violations"] == [], done.stderr
    assert done.returncode == 0
    assert result["kills_total"] >= KILLS
    assert result["kills"].keys() > {"till"}, "something of the office was killed too"
    assert result["events_acknowledged"] > 0
    assert result["losses"] == 0
    asked = {
        kind.partition(": ")[2] for kind in result["counts"] if kind.startswith("acknowledged over HTTP")
    }
    # Of files of codes there are too few in a run this short to count on one.
    assert asked - {"files of codes"} == {
        "scans",
        "uses",
        "edits",
        "orders of codes",
        "claims",
        "redemptions of vouchers",
        "bookings of points",
    }
    assert processes_of(tmp_path) == []
