"""The till's own open cases: kept beside the journal, told anew only when they changed."""

from pathlib import Path

from sync.protocol.case_notes import MAX_CASES, MAX_DETAIL_CHARS, MAX_DETAILS, CaseList, CaseMark, CaseNote
from sync.till.case_box import keep_cases, known_cases, read_cases
from tests.builders.till import enrolled_till

NOTE = CaseNote(id=7, kind="refund_exceeds", opened_ms=1, detail={"left": "3"})


def test_what_the_office_told_outlasts_a_restart(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    assert read_cases(till.journal) == CaseList()
    told = CaseList(mark=CaseMark(1, 7), cases=(NOTE,))
    keep_cases(till.journal, told)
    keep_cases(till.journal, None)
    till.close()
    again = enrolled_till(tmp_path)
    assert read_cases(again.journal) == told
    assert known_cases(again.journal) == CaseMark(1, 7)
    again.close()


def test_the_longest_list_that_central_sends_can_be_kept(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    detail = {f"name-{number}": "Ж" * MAX_DETAIL_CHARS for number in range(MAX_DETAILS)}
    notes = tuple(
        CaseNote(id=number, kind="k" * 40, opened_ms=2**50, detail=detail) for number in range(MAX_CASES)
    )
    keep_cases(till.journal, CaseList(mark=CaseMark(999, MAX_CASES), cases=notes))
    assert len(read_cases(till.journal).cases) == MAX_CASES
    till.close()


def test_what_another_version_kept_counts_as_nothing_and_is_asked_for_again(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    till.journal.set_note("cases", '{"cases": "of another shape"}')
    assert known_cases(till.journal) == CaseMark()
    till.close()
