"""The record of all runs counts each seed once, and hides no violation."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.record import Record
from tests.simulation.report import Report
from tests.simulation.seed import Verdict


def figures(seeds: int, lane: int = 1, *, violation: str | None = None) -> dict[str, Any]:
    report = Report()
    for seed in range(seeds):
        bad = violation if seed == seeds - 1 else None
        report.add(
            Verdict(seed, lane, steps=200, counts=True, acknowledged=3, tally=Counter(crash=2), violation=bad)
        )
    return report.figures()


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text())
    return found["together"]  # type: ignore[no-any-return]  # plain data


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "build" / "simulation.json"


def test_a_run_that_goes_on_where_another_ended_is_added(file: Path) -> None:
    Record(lane=1, first=1, file=file).write(figures(10), last=10, further={})
    Record(lane=1, first=11, file=file).write(figures(5), last=15, further={})
    assert read(file)["seeds"] == {"1": 15}
    assert read(file)["acknowledged"] == 45
    assert read(file)["faults"] == {"crash": 30}


def test_a_run_that_writes_again_counts_once(file: Path) -> None:
    record = Record(lane=1, first=1, file=file)
    for done in (5, 10, 20):
        record.write(figures(done), last=done, further={})
    assert read(file)["seeds"] == {"1": 20}


def test_a_small_run_within_a_large_one_changes_nothing_unless_it_found_something(file: Path) -> None:
    Record(lane=1, first=1, file=file).write(figures(50), last=50, further={})
    Record(lane=1, first=7, file=file).write(figures(1), last=7, further={})
    assert read(file)["seeds"] == {"1": 50}
    Record(lane=1, first=7, file=file).write(figures(1, violation="lost"), last=7, further={})
    assert [each["violation"] for each in read(file)["violations"]] == ["lost"]


def test_lanes_of_their_own_stand_beside_and_are_added_up(file: Path) -> None:
    Record(lane=1, first=1, file=file).write(figures(4), last=4, further={})
    for first in (1, 3):
        told: dict[str, Any] = {"lane": 3, "seeds": 2, "first_seed": first, "kills": {"PostgreSQL at rest": 1}, "losses": 0, "violations": []}  # fmt: skip
        Record(lane=3, first=first, file=file).write(figures(0), last=first + 1, further={"lane 3": told})
    assert read(file)["seeds"] == {"1": 4}
    assert read(file)["lane 3"] == {
        "seeds": 4,
        "kills": {"PostgreSQL at rest": 2},
        "losses": 0,
        "violations": [],
    }


def test_a_run_of_which_nothing_is_done_leaves_no_record(file: Path) -> None:
    Record(lane=1, first=1, file=file).write(figures(0), last=0, further={})
    assert not file.exists()
