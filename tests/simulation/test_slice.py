"""The slice of the simulation that runs with every other test: a handful of worlds, and whether bugs are found."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation import link, registry
from tests.simulation.central_host import CentralHost, central_host
from tests.simulation.found_after import FOUND, NOT_FOUND, table
from tests.simulation.plants import FURTHER, LISTED, ROOT, PlantGone, find, plant_into
from tests.simulation.seed import CRASHES, PARTITION, plan_of, run_seed

pytestmark = [pytest.mark.timeout(600), pytest.mark.expects_log(".")]


@pytest.fixture(scope="module")
def host() -> Iterator[CentralHost]:
    with pytest.MonkeyPatch.context() as patch:
        link.lay_lines(patch)
        registry.load()
        with central_host() as running:
            yield running


@pytest.mark.parametrize(("seed", "lane"), [(1, 1), (2, 1), (3, 1), (4, 2), (8, 2)])
def test_a_world_keeps_every_invariant(host: CentralHost, seed: int, lane: int) -> None:
    verdict = run_seed(seed, lane, host)
    assert verdict.violation is None, "\n".join([*verdict.story[-20:], verdict.violation or ""])
    assert verdict.acknowledged > 0
    assert verdict.settled_ms is not None


def test_a_seed_always_goes_the_same_way(host: CentralHost) -> None:
    first, second = run_seed(5, 1, host), run_seed(5, 1, host)
    assert first.story == second.story
    assert (first.events, first.virtual_ms) == (second.events, second.virtual_ms)


@pytest.mark.parametrize("lane", [1, 2])
def test_every_plan_holds_a_crash_and_a_partition(lane: int) -> None:
    for seed in range(50):
        names = {name for _, name in plan_of(seed, lane)}
        assert names & set(CRASHES)
        assert PARTITION in names


@pytest.mark.parametrize("plant", [plant.name for plant in (*LISTED, *FURTHER)])
def test_the_line_of_every_planted_bug_stands_in_the_tree(plant: str) -> None:
    lines = (ROOT / find(plant).file).read_text(encoding="utf-8").split("\n")
    assert [line.strip() for line in lines].count(find(plant).old.strip()) == 1


def test_what_was_found_when_is_told_of_bugs_that_can_be_planted() -> None:
    plants = (*LISTED, *FURTHER)
    assert FOUND.keys() | NOT_FOUND.keys() <= {plant.name for plant in plants}
    assert not FOUND.keys() & NOT_FOUND.keys()
    told = "\n".join(table(plants))
    assert f"found within {FOUND['delete_on_4xx']} " in told
    assert all(plant.story in told for plant in plants)


def test_a_bug_that_nobody_knows_cannot_be_planted(tmp_path: Path) -> None:
    with pytest.raises(PlantGone, match="no bug is called nonsense"):
        plant_into(find("nonsense"), tmp_path)


def test_a_planted_bug_is_found(tmp_path: Path) -> None:
    del tmp_path
    words = ("--seeds", "20", "--lane", "1", "--workers", "1", "--shrink", "0", "--plant", "delete_on_4xx")
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "VIOLATION" in done.stdout
    assert "make simulate SEEDS=1" in done.stdout
    logging.getLogger(__name__).debug(done.stdout)
