"""Reports in words and as CSV, and the inbox of cases."""

import csv
import io
from pathlib import Path

import pytest

from pos_app.usecases.case_inbox import inbox
from pos_app.usecases.counter import Counter
from pos_app.usecases.report_csv import attempts_csv, report_csv, sales_csv
from pos_app.usecases.report_words import report_sections, report_title
from pos_app.usecases.source import Source
from sync.protocol.case_notes import CaseList, CaseMark, CaseNote
from sync.rules.sale import Line
from sync.till.case_box import keep_cases
from tests.builders.desk import HandClock, World, a_counter, the_till

MARIA = "3333"


def a_counter_with_a_shift(folder: Path, *, name: str = "Ben", clock: HandClock | None = None) -> Counter:
    world = World()
    world.settings()
    world.staff(name, pin="1111")
    world.staff("Maria", pin=MARIA, role="shift_manager")
    counter = a_counter(folder, world, offline=True, clock=clock)
    counter.sign_in("1111")
    counter.shift.open(10_000)
    counter.sell((Line(amount_minor=123_450),), [])
    counter.look_up("NOBODY KNOWS THIS", Source.TYPED)
    return counter


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("language", "title", "amount"),
    [("en", "Z report 1", "1,234.50\u00a0EUR"), ("ru", "Z-отчёт 1", "1\u00a0234,50\u00a0EUR")],
)
def test_a_report_is_written_in_the_persons_language(
    tmp_path: Path, language: str, title: str, amount: str
) -> None:
    report = a_counter_with_a_shift(tmp_path).shift.close(133_450, second_pin=MARIA)
    assert report_title(report, language) == title
    values = [row.value for section in report_sections(report, language) for row in section.rows]
    assert amount in values
    labels = {row.label for section in report_sections(report, language) for row in section.rows}
    assert "Ben" in labels
    assert "Should be there" in labels or "Должно быть" in labels


def test_a_missing_coin_is_marked_in_the_report(tmp_path: Path) -> None:
    report = a_counter_with_a_shift(tmp_path).shift.close(133_400, second_pin=MARIA)
    (alarm,) = [row for section in report_sections(report, "en") for row in section.rows if row.alarm]
    assert alarm.value == "−0.50\u00a0EUR"


def test_a_report_as_csv_has_the_whole_and_each_person_in_decimals(tmp_path: Path) -> None:
    report = a_counter_with_a_shift(tmp_path).shift.report()
    rows = table(report_csv(report))
    assert ["expected", "1334.50"] in rows
    header = next(row for row in rows if row[:1] == ["person"])
    whole, ben = rows[rows.index(header) + 1], rows[rows.index(header) + 2]
    assert (whole[0], ben[0]) == ("*", "Ben")
    paid = header.index("paid")
    assert (whole[paid], ben[paid]) == ("1234.50", "1234.50")
    assert rows[-1] == ["unknown_code", "1"]


def test_no_name_becomes_a_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    counter = a_counter_with_a_shift(tmp_path, name="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in {row[0] for row in table(report_csv(counter.shift.report())) if row}
    assert table(sales_csv(counter.shift.sales()))[1][2] == "'=HYPERLINK(1)"
    assert table(attempts_csv(counter.shift.attempts()))[1][4] == "'=HYPERLINK(1)"


def test_money_given_back_is_a_number_and_no_formula(tmp_path: Path) -> None:
    counter = a_counter_with_a_shift(tmp_path)
    counter.undo_last()
    report = counter.shift.close(0, second_pin=MARIA)
    assert ["difference", "-100.00"] in table(report_csv(report))


def test_the_inbox_tells_the_offices_cases_without_a_network(tmp_path: Path) -> None:
    counter = a_counter_with_a_shift(tmp_path)
    assert counter.cases().open == 0
    note = CaseNote(id=7, kind="refund_exceeds", opened_ms=1, detail={"seq": "12", "reason": "x"})
    newer = CaseNote(id=8, kind="from_the_future", opened_ms=2)
    keep_cases(the_till(counter).journal, CaseList(mark=CaseMark(60, 8), cases=(newer, note)))
    found = inbox(counter._desk)
    assert (found.open, [case.number for case in found.cases]) == (60, [8, 7])
    assert found.cases[1].detail == (("Entry of the journal", "12"),)
    assert found.cases[0].advice
    keep_cases(the_till(counter).journal, None)
    assert inbox(counter._desk).open == 60


def test_the_inbox_tells_what_the_till_finds_by_itself(tmp_path: Path) -> None:
    clock = HandClock()
    counter = a_counter_with_a_shift(tmp_path, clock=clock)
    clock.at_ms += 5 * 3_600_000
    assert [case.kind for case in counter.cases().cases] == ["unsettled_long"]
