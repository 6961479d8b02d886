"""What a run calls a violation: what comes again, and what is seen once in more than one seed."""

import pytest

from tests.simulation.report import Report
from tests.simulation.seed import Verdict

EQUATION = "3 the lease equation"
LOST = "1 an acknowledged sale is in journal or central"


def told(*once: tuple[int, str]) -> Report:
    report = Report()
    report.add(Verdict(1, 1, counts=True))
    for seed, kind in once:
        report.add(Verdict(seed, 1, counts=True, seen_once=f"invariant {kind}", seen_once_kind=kind))
    return report


def test_what_was_seen_in_one_seed_only_fails_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    report = told((2, EQUATION), (2, EQUATION), (3, LOST))
    report.print_out()
    assert not report.failed
    assert "violations            0" in capsys.readouterr().out
    assert report.figures()["violations"] == []


def test_what_was_seen_once_in_two_seeds_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    report = told((2, EQUATION), (3, LOST), (9, EQUATION))
    report.print_out()
    assert report.failed
    out = capsys.readouterr().out
    assert f"VIOLATION: invariant {EQUATION}: seen once in each of the seeds 2, 9" in out
    assert "violations            1" in out
    assert [each["seeds"] for each in report.figures()["violations"]] == [[2, 9]]
