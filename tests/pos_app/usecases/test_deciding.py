"""A manager decides what the rules ask: with PIN and reason, on record, and only what was asked."""

from pathlib import Path

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.results import LookUp
from pos_app.usecases.source import Source
from sync.protocol.payloads import Override, Redemption
from sync.rules.code import Code
from sync.rules.sale import Line
from sync.rules.user_error import UserError
from sync.rules.verdict import Outcome
from tests.builders.desk import HandClock, World, a_counter, lend, written
from tests.builders.rules import a_campaign, percent

LINES = (Line(amount_minor=1000),)
BEN, MARIA = "1111", "3333"


def doubtful_till(folder: Path, *, uses: int = 3) -> tuple[Counter, Code]:
    """A till whose clock was set back behind what it has seen, and a code whose campaign has dates."""
    world, clock = World(), HandClock()
    world.settings()
    world.staff("Ben", pin=BEN)
    world.staff("Maria", pin=MARIA, role="shift_manager")
    campaign = a_campaign(percent(2000), starts_on="2025-01-01", ends_on="2027-12-31")
    code = world.code("DATED", world.campaign(campaign), max_uses=9)
    counter = a_counter(folder, world, offline=True, clock=clock)
    till = counter._desk.till
    till.time.anchor(clock.at_ms, 10)
    till.journal.keep_marks()
    if uses:
        lend(counter, world, code, uses)
    till.close()
    clock.at_ms -= 40 * 24 * 3_600_000
    clock.boot = "boot-2"
    counter = a_counter(folder, world, offline=True, clock=clock, load=False)
    counter.sign_in(BEN)
    return counter, code


def asked(counter: Counter) -> LookUp:
    look = counter.look_up("DATED", Source.CAMERA, lines=LINES)
    assert look.outcome is Outcome.ASK
    return look


def refused(work: object, *arguments: object, **named: object) -> str:
    with pytest.raises(UserError) as caught:
        work(*arguments, **named)  # type: ignore[operator]
    return caught.value.reason


def test_what_a_manager_allows_is_sold_and_the_use_names_the_decision(tmp_path: Path) -> None:
    counter, code = doubtful_till(tmp_path)
    look = counter.decide(asked(counter), allow=True, reason="clock_checked", pin=MARIA)
    assert (look.accepted, look.outcome) == (True, Outcome.ASK)
    sold = counter.sell(LINES, [look])
    assert sold.paid_minor == 800
    payloads = written(counter)
    (override,) = [payload for payload in payloads if isinstance(payload, Override)]
    assert (override.asked, override.allowed, override.approved_by) == ("clock_in_doubt", True, 2)
    assert (override.code_id, override.reason) == (code.id, "clock_checked")
    (use,) = [payload for payload in payloads if isinstance(payload, Redemption)]
    assert look.decided is not None
    assert (use.outcome, use.reason, use.override) == ("ask", "clock_in_doubt", look.decided.event)
    assert counter.shift.report().figures.whole.overrides == 1


def test_what_a_manager_does_not_allow_stays_refused_and_is_on_record(tmp_path: Path) -> None:
    counter, _ = doubtful_till(tmp_path)
    look = counter.decide(asked(counter), allow=False, reason="other", note="looks copied", pin=MARIA)
    assert not look.accepted
    assert refused(counter.sell, LINES, [look]) == "clock_in_doubt"
    (override,) = [payload for payload in written(counter) if isinstance(payload, Override)]
    assert (override.allowed, override.note) == (False, "looks copied")
    whole = counter.shift.report().figures.whole
    assert (whole.overrides, whole.allowed) == (1, 0)


def test_a_cashier_cannot_decide_and_nothing_is_recorded(tmp_path: Path) -> None:
    counter, _ = doubtful_till(tmp_path)
    look = asked(counter)
    before = len(written(counter))
    assert refused(counter.decide, look, allow=True, reason="clock_checked", pin=BEN) == "not_a_manager"
    assert refused(counter.decide, look, allow=True, reason="clock_checked", pin="9999") == "wrong_pin"
    assert refused(counter.decide, look, allow=True, reason=" ", pin=MARIA) == "why_missing"
    assert refused(counter.decide, look, allow=True, reason="other", pin=MARIA) == "why_missing"
    assert len(written(counter)) == before


def test_only_what_asks_can_be_decided_and_only_once(tmp_path: Path) -> None:
    counter, _ = doubtful_till(tmp_path)
    unknown = counter.look_up("NOBODY KNOWS THIS", Source.TYPED)
    assert refused(counter.decide, unknown, allow=True, reason="x", pin=MARIA) == "nothing_to_decide"
    look = counter.decide(asked(counter), allow=True, reason="clock_checked", pin=MARIA)
    assert refused(counter.decide, look, allow=True, reason="x", pin=MARIA) == "nothing_to_decide"


def test_a_decision_makes_no_unit_where_there_is_none(tmp_path: Path) -> None:
    counter, _ = doubtful_till(tmp_path, uses=0)
    look = counter.decide(asked(counter), allow=True, reason="clock_checked", pin=MARIA)
    assert (look.accepted, look.reason) == (False, "needs_office")
    assert refused(counter.sell, LINES, [look]) != ""
