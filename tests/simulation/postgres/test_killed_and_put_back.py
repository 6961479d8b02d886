"""A slice of lane 3 for every run of the tests: PostgreSQL dies in the middle of requests and is put back."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SEEDS = 2
WORDS = f"-m tests.simulation.postgres --json --seeds {SEEDS} --first 1".split()


@pytest.mark.timeout(900)
def test_nothing_is_lost_and_nothing_used_twice_when_postgresql_is_killed_and_put_back(
    tmp_path: Path,
) -> None:
    # A process of its own: the lane replaces the transport of every till in its process.
    done = subprocess.run(
        [sys.executable, *WORDS, "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["violations"] == []
    assert done.returncode == 0
    assert result["seeds"] == SEEDS
    assert result["kills_total"] > 0
    assert result["restores"] > 0
    assert result["events_acknowledged"] > 0
