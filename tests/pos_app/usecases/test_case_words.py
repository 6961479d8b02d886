"""Cases in words: every kind that the office can raise, with its figures, and a fair word for kinds to come."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from pos_app.usecases.case_inbox import CaseSeen, inbox
from pos_app.usecases.case_words import CASES, case_words
from pos_app.usecases.counter import Counter
from pos_app.usecases.limit_case_phrases import FINDINGS
from sync.central.services.case_notes import _detail
from sync.central.services.cases import CaseKind
from sync.protocol.case_notes import CaseList, CaseMark, CaseNote
from sync.protocol.leases import LimitKind
from sync.rules.sale import Guest
from sync.till.case_box import keep_cases
from tests.builders.desk import World, a_counter, the_till
from tests.builders.rules import NOON, a_campaign, percent

RAISED: dict[CaseKind, dict[str, Any]] = {
    CaseKind.FORK: {"incarnation": 1, "seq": 12, "branch": 2, "held_up_to": 15},
    CaseKind.QUARANTINED: {"reason": "the guest 5 is not known yet", "seq": 12, "kind": "sale"},
    CaseKind.BATCH_BROKEN: {"incarnation": 1, "seq": 12, "problem": "hash", "body": "AAAA"},
    CaseKind.CHAIN_BREAK: {"found": "rows", "last_good_incarnation": "1", "last_good_seq": "11", "seq": 12},
    CaseKind.EVENT_ID_TAKEN: {"claimed": "0190", "seq": 12},
    CaseKind.OVER_SPENT: {"lease": "0190", "units": "3", "seq": 12},
    CaseKind.LEASE_UNKNOWN: {"lease": "0190", "units": "3", "seq": 12},
    CaseKind.LEASE_NOT_OPEN: {"lease": "0190", "units": "3", "seq": 12},
    CaseKind.LEASE_BURNT: {"lease": "0190", "units": "3", "seq": 12},
    CaseKind.LEASE_OF_ANOTHER: {"lease": "0190", "units": "3", "seq": 12},
    CaseKind.SPEND_IMPOSSIBLE: {"lease": "0190", "units": "-3", "seq": 12},
    CaseKind.NO_LEASE: {"limit": "budget", "subject": 1, "units": 1240, "seq": 12},
    CaseKind.AT_RISK: {"campaign": 1, "units": 2, "seq": 12},
    CaseKind.LEASE_MISCOUNTED: {"lease": "0190", "counted": "4", "seq": 12},
    CaseKind.GUEST_UNKNOWN: {"guest": 77, "points": 120, "seq": 12},
    CaseKind.GUEST_TWICE: {"guest": 5, "merged": 2**52 + 1, "same_name": False, "exposure": 2, "seq": 12},
    CaseKind.CARD_TAKEN: {"guest": 5, "card": 31, "seq": 12},
    CaseKind.CENTRAL_RESTORED: {"why": "rehearsal", "tills_awaited": 3},
    CaseKind.GRANTED_TWICE: {"limit": "uses", "subject": 1, "guest": 0, "units": 6},
    CaseKind.EVENTS_PRUNED: {"incarnation": 1, "first_seq": 7, "last_seq": 9},
    CaseKind.DAMAGED: {"incarnation": 1, "seq": 12},
    CaseKind.RENEWED: {"why": "keys", "from": 1, "to": 2, "last_good_seq": "11"},
    CaseKind.READMITTED: {"incarnation": 1, "till_was_known": True},
    CaseKind.CREDIT_NOT_ALLOWED: {"reason": "second_person", "staff": "1", "points": 500, "seq": 12},
    CaseKind.REFUND_EXCEEDS: {"reason": "it gives back more than there is left to give back", "seq": 12},
    CaseKind.RESTORE_IMPOSSIBLE: {"lease": "0190", "undone": "0191", "seq": 12},
    CaseKind.SHIFT_DIFFERS: {"number": "4", "paid_minor": "12050 / 11950", "sales": "9 / 8", "seq": 12},
    CaseKind.GUESSING: {"what": "codes", "limit": 20, "who": "192.0.2"},
    CaseKind.ALERT_SCAN_RATE: {"value": 900.0, "limit": 100.0},
    CaseKind.ALERT_LOW_CONVERSION: {"value": 0.01, "limit": 0.02},
    CaseKind.ALERT_HIGH_FAILURES: {"value": 0.7, "limit": 0.5},
    CaseKind.ALERT_SLOW_DATABASE: {"value": 900.0, "limit": 500.0},
    CaseKind.RULE_DIFFERENCE: {
        "code": 1, "campaign": 1, "till_said": "ok", "office_says": "ended", "params": {"ended": "2026-01-01"},
        "till_gave": {"discount_minor": "480", "points": "12"},
        "office_gives": {"discount_minor": "0", "points": "0"}, "seq": 12,
    },
}  # fmt: skip
"""What central writes down with each kind, as its services do."""

RAW = re.compile(r"[{}_]|None|True|False|0190|incarnation")
"""What a program says, and no person."""


def a_till(folder: Path, language: str) -> Counter:
    world = World()
    world.code("LUNCH", world.campaign(a_campaign(percent(1000), id=1, name="Lunch offer")))
    world.guest("CARD-1", Guest(id=5, tier="GOLD", points=10, as_of_ms=NOON), name="Anna Petrova")
    world.staff("Marta Klein", pin="2468")
    world.settings()
    counter = a_counter(folder, world, offline=True)
    counter.speak(language)
    return counter


def told(counter: Counter, *notes: tuple[str, dict[str, Any]]) -> tuple[CaseSeen, ...]:
    """The inbox after a contact that brought these cases, as central tells them."""
    cases = tuple(
        CaseNote(id=number, kind=kind, opened_ms=NOON, detail=_detail(detail))
        for number, (kind, detail) in enumerate(notes, 1)
    )
    keep_cases(the_till(counter).journal, CaseList(mark=CaseMark(len(cases), 99), cases=cases))
    return tuple(case for case in inbox(counter._desk).cases if case.number is not None)


def test_no_kind_of_central_is_forgotten_here() -> None:
    assert set(RAISED) == set(CaseKind)
    assert {kind.value for kind in CaseKind} | set(FINDINGS) == set(CASES)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_kind_says_what_happened_with_its_figures_and_what_to_do(tmp_path: Path, language: str) -> None:
    place = 1 if language == "ru" else 0
    seen = told(a_till(tmp_path, language), *((kind.value, detail) for kind, detail in RAISED.items()))
    assert len(seen) == len(RAISED)
    for case in seen:
        phrase = CASES[case.kind]
        assert case.what.startswith(phrase.what[place])
        assert case.advice == phrase.advice[place]
        if phrase.figures is not None:
            assert case.what != phrase.what[place], f"{case.kind} says no figures"
        written = " ".join((case.title, case.what, case.advice, *(f"{a} {b}" for a, b in case.detail)))
        assert RAW.search(written) is None, written
        assert case.what.endswith(".")
        assert bool(re.search("[а-яё]", case.title + case.what)) == (language == "ru")


@pytest.mark.parametrize("kind", sorted(CASES))
def test_every_kind_has_words_of_its_own_in_both_languages(kind: str) -> None:
    english, russian = case_words(kind, "en"), case_words(kind, "ru")
    assert all(mine != theirs for mine, theirs in zip(english, russian, strict=True))
    assert not english[0].endswith(".")
    assert all(text.endswith(".") for text in (*english[1:], *russian[1:]))
    same = [other for other in CASES if other != kind and case_words(other, "en")[1] == english[1]]
    assert same == []
    figures = CASES[kind].figures
    if figures is not None:
        named = [{name for _, name, _, _ in Formatter().parse(each) if name} for each in figures]
        assert named[0] == named[1]


def test_amounts_names_and_counts_are_written_as_the_language_does(tmp_path: Path) -> None:
    english = told(
        a_till(tmp_path / "en", "en"),
        ("no_lease", RAISED[CaseKind.NO_LEASE]),
        ("rule_difference", RAISED[CaseKind.RULE_DIFFERENCE]),
        ("shift_differs", RAISED[CaseKind.SHIFT_DIFFERS]),
        ("quarantined", RAISED[CaseKind.QUARANTINED]),
        ("credit_not_allowed", RAISED[CaseKind.CREDIT_NOT_ALLOWED]),
        ("guest_twice", RAISED[CaseKind.GUEST_TWICE]),
    )
    budget, rules, shift, waits, credit, twice = english
    assert budget.what.endswith("Budget of Lunch offer: 12.40\N{NO-BREAK SPACE}EUR.")
    assert rules.what.endswith(
        "This till gave 4.80\N{NO-BREAK SPACE}EUR, 12 points; by the office's rules it is nothing."
    )
    assert (
        "Paid",
        "here 120.50\N{NO-BREAK SPACE}EUR, at the office 119.50\N{NO-BREAK SPACE}EUR",
    ) in shift.detail
    assert ("Sales", "here 9, at the office 8") in shift.detail
    assert waits.what.endswith("The office does not know its guest yet.")
    assert ("By", "Marta Klein") in credit.detail
    assert ("Guest", "Anna Petrova") in twice.detail
    russian = told(a_till(tmp_path / "ru", "ru"), ("no_lease", RAISED[CaseKind.NO_LEASE]))
    assert russian[0].what.endswith("Бюджет: Lunch offer: 12,40\N{NO-BREAK SPACE}EUR.")


@pytest.mark.parametrize("limit", list(LimitKind))
def test_every_limit_says_of_what_its_units_are(tmp_path: Path, limit: LimitKind) -> None:
    detail = {"limit": limit.value, "subject": 1, "units": 4}
    (case,) = told(a_till(tmp_path, "en"), ("no_lease", detail))
    assert re.search(r"(Uses|Points|Budget).*: (4|0\.04\N{NO-BREAK SPACE}EUR)\.$", case.what)


def test_a_kind_of_a_newer_office_gets_a_fair_word_and_nothing_is_guessed(tmp_path: Path) -> None:
    (case,) = told(a_till(tmp_path, "en"), ("from_the_future", {"units": 3, "limit": "uses"}))
    assert case.title == "A case for the office"
    assert "cannot put into words" in case.what
    assert case.advice == "Tell the office the number of this case."
    assert case.detail == ()


def test_figures_that_an_older_office_does_not_tell_are_left_out_and_not_the_case(tmp_path: Path) -> None:
    (case,) = told(a_till(tmp_path, "en"), ("rule_difference", {"office_says": "ended"}))
    assert case.what == "The office's rules would have decided otherwise about a code."


def test_what_lies_within_a_detail_is_told_and_what_only_the_office_needs_is_not() -> None:
    assert _detail(RAISED[CaseKind.RULE_DIFFERENCE]) == {
        "campaign": "1",
        "code": "1",
        "office_gives.discount_minor": "0",
        "office_gives.points": "0",
        "office_says": "ended",
        "till_gave.discount_minor": "480",
        "till_gave.points": "12",
        "till_said": "ok",
    }
    assert _detail(RAISED[CaseKind.BATCH_BROKEN]) == {"problem": "hash", "seq": "12"}
