"""Mutation testing of the rules: ``python -m tests.rules.mutation --sample 600 --seed 1``.

Makes a copy of ``sync/rules`` and its tests in a folder of its own (a mutated file never lies in the clone),
lets mutmut change one place at a time there, and runs the tests that reach the place. A sample is drawn by
seed over all mutants; ``--sample 0`` takes them all. Needs ``mutmut`` (3.x) in the same environment.

``--only`` draws from mutants whose name holds one of some words (``--only fault,evaluate``).

Left out: words (``wording/``; the sentences have a test of their own), the writer of the reference, the slow
fuzz that no single mutant needs, and lines that only make the text of a bug's error.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT_TESTS = (
    "test_reference.py",
    "test_evaluate_is_total.py",
    "test_fault_words.py",
    "mutation.py",
    "sweep_windows.py",
)
KILLED, SURVIVED = 1, 0
TIMEOUTS = (36, 24, -24)

CONFIG = """
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = ["."]
testpaths = ["tests"]

[tool.mutmut]
source_paths = ["sync/rules"]
also_copy = ["sync", "tests"]
do_not_mutate = ["*/wording/*", "*/reference.py", "*/__init__.py"]
do_not_mutate_patterns = ['^\\s*msg = ']
pytest_add_cli_args_test_selection = ["tests/rules"]
use_git_change_detection = false
timeout_multiplier = 5.0
timeout_constant = 3.0
"""

# Each mutant runs the tests that reach it; a few steady examples suffice for a changed line.
CONFTEST = """
import hypothesis
import pytest

from sync.rules import local_time, windows

hypothesis.settings.register_profile(
    "mutants", derandomize=True, deadline=None, database=None, max_examples=30,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("mutants")


@pytest.fixture(autouse=True)
def _nothing_remembered():
    # What was remembered before the change would hide it.
    for remembered in (windows._daily, local_time.parse_day, local_time.load_zone):
        remembered.cache_clear()
"""


def main(arguments: Sequence[str]) -> int:
    """Print the score and every survivor; return 1 below the goal."""
    parser = argparse.ArgumentParser(prog="python -m tests.rules.mutation")
    parser.add_argument("--sample", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2)
    parser.add_argument("--goal", type=float, default=0.95)
    parser.add_argument("--only", default="", metavar="WORD,WORD")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="countersign-mutants-") as folder:
        work = Path(folder)
        copy_to(work)
        # There is nothing to change in the version; asking for it makes mutmut write out all the others.
        mutmut(work, "--max-children", "1", "sync.rules.version.*")
        words = chosen.only.split(",")
        names = sorted(name for name in outcomes(work) if any(word in name for word in words))
        sample = Random(chosen.seed).sample(names, min(chosen.sample or len(names), len(names)))
        mutmut(work, "--max-children", str(chosen.children), *sample)
        results = {name: outcome for name, outcome in outcomes(work).items() if name in set(sample)}
        survivors = sorted(name for name, outcome in results.items() if outcome == SURVIVED)
        killed = sum(outcome == KILLED or outcome in TIMEOUTS for outcome in results.values())
        for name in survivors:
            print(name)
            print(show(work, name))
        decided = killed + len(survivors)
        score = killed / decided if decided else 0.0
        print(
            f"{len(names)} mutants, {len(sample)} drawn with seed {chosen.seed}, {decided} decided: "
            f"{killed} killed ({score:.1%}), {len(survivors)} survived"
        )
    return 0 if score >= chosen.goal else 1


def copy_to(work: Path) -> None:
    """Copy what the mutants need, with fewer examples a property."""
    ignore = shutil.ignore_patterns("__pycache__", *LEFT_OUT_TESTS)
    shutil.copytree(ROOT / "sync" / "rules", work / "sync" / "rules", ignore=ignore)
    shutil.copytree(ROOT / "tests" / "rules", work / "tests" / "rules", ignore=ignore)
    (work / "tests" / "builders").mkdir()
    shutil.copy(ROOT / "tests" / "builders" / "rules.py", work / "tests" / "builders")
    (work / "sync" / "__init__.py").touch()
    (work / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (work / "tests" / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    for file in (work / "tests" / "rules").glob("test_*.py"):
        text = file.read_text(encoding="utf-8")
        shorter = text.replace("range(3_000)", "range(300)").replace("range(-200, 200)", "range(-70, 70)")
        file.write_text(shorter, encoding="utf-8")


def mutmut(work: Path, *arguments: str) -> None:
    """Run mutmut; it tells by its files, not by its exit status, what became of each mutant."""
    subprocess.run(
        [sys.executable, "-m", "mutmut", "run", *arguments], cwd=work, check=False, capture_output=True
    )


def outcomes(work: Path) -> dict[str, int | None]:
    """Return every mutant's outcome: None for one that did not run."""
    found: dict[str, int | None] = {}
    for file in (work / "mutants" / "sync" / "rules").rglob("*.meta"):
        found |= json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def show(work: Path, name: str) -> str:
    """Return what a mutant changes."""
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name], cwd=work, check=False, capture_output=True, text=True
    )
    lines = [
        line
        for line in shown.stdout.splitlines()
        if line.startswith(("-", "+")) and line[:3] not in ("---", "+++")
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
