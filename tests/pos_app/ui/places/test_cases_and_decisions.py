"""The inbox of cases and a manager's decision, through the real window on real files."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from pos_app.ui.places.decision import decide
from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.cases_screen import CasesScreen
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.sheets.decide_sheet import DecideSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.results import LookUp
from pos_app.usecases.source import Source
from sync.protocol.case_notes import CaseList, CaseMark, CaseNote
from sync.protocol.payloads import Override
from sync.rules.sale import Line
from sync.rules.verdict import Outcome
from sync.till.agent.board import SyncState
from sync.till.case_box import keep_cases
from sync.till.journal.ballast import MIN_FREE_BYTES
from tests.builders.till_window import LUNCH, a_home, a_world, sell, settle, signed_in, wait_for

MARIA = "9999"
Opening = Callable[[Callable[..., TillWindow]], Callable[..., TillWindow]]


def tell(window: TillWindow, *notes: CaseNote) -> None:
    """Let the office's cases be what a contact has brought."""
    assert window.flow.running is not None
    desk = window.flow.running.desk
    told = CaseList(mark=CaseMark(len(notes), max((note.id for note in notes), default=0)), cases=notes)
    desk.files.call(lambda: keep_cases(desk.till.journal, told))


def cases(window: TillWindow) -> CasesScreen:
    window.places.go(PlaceName.CASES)
    settle(window)
    screen = window.places.place(PlaceName.CASES).screen
    assert isinstance(screen, CasesScreen)
    return screen


def a_sale(window: TillWindow) -> UUID:
    sell(window, "12.50")
    return window.around.counter.shift.sales()[0].event


def test_without_cases_the_inbox_says_that_nothing_is_to_be_done(till: TillWindow) -> None:
    screen = cases(till)
    assert [line.title for line in screen.list.lines] == ["Nothing needs your attention."]
    assert screen.count.text() == "None open"


def test_each_case_says_what_happened_what_to_do_and_leads_to_its_sale(till: TillWindow) -> None:
    event = a_sale(till)
    older = CaseNote(id=7, kind="fork", opened_ms=1)
    tell(till, CaseNote(id=8, kind="refund_exceeds", opened_ms=2, event=event, detail={"seq": "3"}), older)
    screen = cases(till)
    assert screen.count.text() == "2 open"
    assert screen.title.text() == "Too much given back"
    assert "More was given back" in screen.what.text()
    assert "tell the office" in screen.advice.sentence.text()
    assert {line.title: line.value for line in screen.facts.lines}["Entry of the journal"] == "3"
    screen.list.picked.emit(1)
    assert "Only one" in screen.advice.sentence.text() or "only one" in screen.advice.sentence.text()
    assert screen.sale.isHidden()
    screen.list.picked.emit(0)
    screen.sale.click()
    settle(till)
    sales = till.places.place(PlaceName.SALES).screen
    assert isinstance(sales, SalesScreen)
    assert till.places.now is till.places.place(PlaceName.SALES)
    assert sales.title.text() == "Receipt 1"


def test_the_rail_counts_open_cases_when_somebody_signs_in(till: TillWindow) -> None:
    tell(till, CaseNote(id=7, kind="fork", opened_ms=1))
    counted: list[int] = []
    till.places.place(PlaceName.CASES).count_changed.connect(counted.append)
    till.flow.sign_in("1357")
    settle(till)
    assert counted[-1] == 1
    assert till.rail.buttons[PlaceName.CASES].accessibleName().endswith(": 1")


def test_what_the_till_finds_by_itself_comes_and_goes_while_somebody_looks(
    till: TillWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = cases(till)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=MIN_FREE_BYTES - 1))
        till.conditions.ask()
        wait_for(lambda: screen.count.text() == "1 open", what="the finding")
        assert "disk" in screen.title.text().lower()
        assert screen.advice.sentence.text()
        assert till.rail.buttons[PlaceName.CASES].accessibleName().endswith(": 1")
    till.conditions.ask()
    wait_for(lambda: screen.count.text() == "None open", what="the end of it")
    assert till.rail.buttons[PlaceName.CASES].accessibleName().endswith("Cases")


def test_the_inbox_speaks_the_tills_language(till: TillWindow) -> None:
    tell(till, CaseNote(id=7, kind="fork", opened_ms=1))
    screen = cases(till)
    till.switch_language("ru")
    settle(till)
    assert screen.heading.text() == "Случаи этой кассы"
    assert "скопированы" in screen.what.text()


def test_a_contact_without_news_of_cases_reads_nothing_anew(till: TillWindow) -> None:
    cases(till)
    till.agent.changed.emit(SyncState(online=True, as_of_ms=1))
    settle(till)
    assert till.rail.buttons[PlaceName.CASES].accessibleName().endswith("Cases")


def an_ask(window: TillWindow) -> LookUp:
    """A look-up on which the rules leave the decision to a person, as with a clock in doubt."""
    lines = (Line(amount_minor=1000),)
    look = window.around.counter.look_up(LUNCH, Source.CAMERA, lines=lines)
    verdict = replace(look.verdict, outcome=Outcome.ASK, reason="clock_in_doubt")
    return replace(look, verdict=verdict)


def a_manager_decides(tmp_path: Path, opening: Opening, *, allow: bool) -> tuple[TillWindow, list[LookUp]]:
    world = a_world()
    world.staff("Maria Stein", pin=MARIA, role="shift_manager")
    window = opening(signed_in)(a_home(tmp_path, world))
    decided: list[LookUp] = []
    decide(window.around, an_ask(window), decided.append)
    sheet = window.sheets.up
    assert isinstance(sheet, DecideSheet)
    assert not sheet.allow.isEnabled()
    sheet.choices[0].click()
    (sheet.allow if allow else sheet.refuse).click()
    return window, decided


def enter(window: TillWindow, pin: str) -> None:
    sheet = window.sheets.up
    assert isinstance(sheet, PinSheet)
    for figure in pin:
        sheet.pad.add(figure)
    sheet.pad.submit()
    settle(window)


def overrides(window: TillWindow) -> list[Override]:
    assert window.flow.running is not None
    desk = window.flow.running.desk
    events = desk.files.call(lambda: desk.till.journal.events_after(-1))
    return [each.payload for each in events if isinstance(each.payload, Override)]


def test_a_manager_allows_by_reason_and_pin(tmp_path: Path, opening: Opening) -> None:
    window, decided = a_manager_decides(tmp_path, opening, allow=True)
    enter(window, MARIA)
    (look,) = decided
    assert look.accepted
    (override,) = overrides(window)
    assert (override.allowed, override.reason, override.asked) == (True, "clock_checked", "clock_in_doubt")


def test_a_manager_refuses_and_that_is_on_record_too(tmp_path: Path, opening: Opening) -> None:
    window, decided = a_manager_decides(tmp_path, opening, allow=False)
    enter(window, MARIA)
    assert [look.accepted for look in decided] == [False]
    assert [override.allowed for override in overrides(window)] == [False]


def test_a_cashiers_pin_decides_nothing(tmp_path: Path, opening: Opening) -> None:
    window, decided = a_manager_decides(tmp_path, opening, allow=True)
    enter(window, "2468")
    assert decided == []
    assert overrides(window) == []
    enter(window, MARIA)
    assert len(decided) == 1


def test_another_reason_needs_a_note(tmp_path: Path, opening: Opening) -> None:
    window = opening(signed_in)(a_home(tmp_path, a_world()))
    decide(window.around, an_ask(window), lambda _look: None)
    sheet = window.sheets.up
    assert isinstance(sheet, DecideSheet)
    sheet.choices[-1].click()
    assert not sheet.allow.isEnabled()
    sheet.note.setText("the guest showed the letter")
    assert sheet.allow.isEnabled()
