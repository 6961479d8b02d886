"""Sheets over the window: a key for each answer, nothing behind them hears, no scan is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.ui.places.asking import ask_for_reason, ask_second_person, ask_to_confirm
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.sheets.confirm_sheet import ConfirmSheet
from pos_app.ui.sheets.host import MAX_KEPT
from pos_app.ui.theme.look import TOUCH
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError
from tests.builders.till_window import BADGE, CARD, LUNCH, VOUCHER, settle, wait_for

REASONS = (("mistake", "Typed wrongly"), ("guest_left", "The guest left"), ("other", "Something else"))


@pytest.fixture
def around(till: TillWindow) -> Surroundings:
    till.activateWindow()
    wait_for(till.isActiveWindow)
    return till.around


def keys(till: TillWindow, *pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(till.focusWidget() or till, key)


def asked(around: Surroundings, then: Callable[[], None], **choices: Any) -> ConfirmSheet:
    return ask_to_confirm(around, "Forget this sale?", "It has two codes.", "Forget it", then, **choices)


def test_enter_answers_escape_leaves_and_the_focus_comes_back(till: TillWindow, around: Surroundings) -> None:
    said: list[str] = []
    till.till.camera.code.setFocus()
    asked(around, lambda: said.append("yes"))
    keys(till, Qt.Key.Key_Escape)
    assert said == []
    assert till.till.camera.code.hasFocus()
    asked(around, lambda: said.append("yes"))
    keys(till, Qt.Key.Key_Return)
    assert said == ["yes"]
    assert till.sheets.up is None
    assert till.till.camera.code.hasFocus()


def test_enter_alone_loses_nothing_where_something_could_be_lost(
    till: TillWindow, around: Surroundings
) -> None:
    said: list[str] = []
    asked(around, lambda: said.append("yes"), danger=True)
    keys(till, Qt.Key.Key_Return)
    assert (said, till.sheets.up) == ([], None)


def test_no_key_reaches_what_lies_behind(till: TillWindow, around: Surroundings) -> None:
    till.enter_amount("20")
    wait_for(till.till.basket.confirm_button.isEnabled)
    asked(around, lambda: None)
    keys(till, Qt.Key.Key_F9, Qt.Key.Key_F6, Qt.Key.Key_5)
    settle(till)
    assert till.till.basket.amount.text() == "20"
    assert till.sheets.up is not None


def test_a_reason_is_chosen_by_its_figure(till: TillWindow, around: Surroundings) -> None:
    chosen: list[tuple[str, str]] = []
    sheet = ask_for_reason(around, "Why?", "", REASONS, lambda *what: chosen.append((what[0], what[1])))
    assert not sheet.go_on.isEnabled()
    keys(till, Qt.Key.Key_2, Qt.Key.Key_Return)
    assert chosen == [("guest_left", "")]


def test_a_required_note_is_waited_for_and_figures_in_it_are_text(
    till: TillWindow, around: Surroundings
) -> None:
    chosen: list[tuple[str, str]] = []
    sheet = ask_for_reason(
        around, "Why?", "", REASONS, lambda *what: chosen.append((what[0], what[1])), note_required=True
    )
    keys(till, Qt.Key.Key_3)
    assert sheet.note.hasFocus()
    keys(till, Qt.Key.Key_Return)
    assert chosen == []
    QTest.keyClicks(sheet.note, " table 12 ")
    keys(till, Qt.Key.Key_Return)
    assert chosen == [("other", "table 12")]


def test_codes_scanned_during_a_sheet_wait_and_are_judged_after_it(
    till: TillWindow, around: Surroundings
) -> None:
    sheet = asked(around, lambda: None)
    for text in (LUNCH, CARD, LUNCH):
        till.take_scan(text, Source.WEDGE)
    settle(till)
    assert till.desk_open.basket.empty
    assert sheet.kept.sentence.text() == "2 scanned codes wait until this is closed."
    sheet.cancel()
    wait_for(lambda: len(till.desk_open.basket.look_ups) == 2, what="both codes on the bill")


def test_codes_wait_through_every_sheet_of_one_question(till: TillWindow, around: Surroundings) -> None:
    def go_on(_reason: str, _note: str) -> None:
        asked(around, lambda: None)

    ask_for_reason(around, "Why?", "", REASONS, go_on)
    till.take_scan(VOUCHER, Source.WEDGE)
    keys(till, Qt.Key.Key_1, Qt.Key.Key_Return)
    settle(till)
    assert isinstance(till.sheets.up, ConfirmSheet)
    assert till.desk_open.basket.empty
    keys(till, Qt.Key.Key_Return)
    wait_for(lambda: len(till.desk_open.basket.look_ups) == 1)


def test_no_more_codes_are_kept_than_a_hand_can_mean(till: TillWindow, around: Surroundings) -> None:
    sheet = asked(around, lambda: None)
    for number in range(MAX_KEPT + 5):
        till.take_scan(f"NO-SUCH-{number}", Source.WEDGE)
    assert sheet.kept.sentence.text().startswith(f"{MAX_KEPT} scanned")


def test_a_second_persons_wrong_pin_is_said_and_the_right_one_agrees(
    till: TillWindow, around: Surroundings
) -> None:
    done: list[str] = []

    def attempt(second_pin: str) -> str:
        if second_pin != "1357":
            raise UserError("wrong_pin", "This PIN is nobody's.", "Try again.")
        return "done"

    sheet = ask_second_person(around, "A second person", "", attempt, done.append)
    for figure in "1111":
        keys(till, Qt.Key(ord(figure)))
    keys(till, Qt.Key.Key_Return)
    settle(till)
    assert sheet.pad.problem.sentence.text() == "This PIN is nobody's."
    for figure in "1357":
        QTest.mouseClick(sheet.pad.keypad.keys[figure], Qt.MouseButton.LeftButton)
    QTest.mouseClick(sheet.pad.enter, Qt.MouseButton.LeftButton)
    settle(till)
    assert (done, till.sheets.up) == (["done"], None)


def test_any_other_outcome_ends_the_sheet_and_is_said(till: TillWindow, around: Surroundings) -> None:
    failed: list[UserError] = []

    def attempt(_pin: str) -> None:
        raise UserError("already_undone", "It was undone.", "")

    ask_second_person(around, "A second person", "", attempt, lambda _none: None, failed.append)
    keys(till, Qt.Key.Key_1, Qt.Key.Key_Return)
    settle(till)
    assert [error.reason for error in failed] == ["already_undone"]
    assert till.sheets.up is None


def test_a_badge_agrees_too_and_a_guests_code_costs_no_try(till: TillWindow, around: Surroundings) -> None:
    tried: list[str] = []
    sheet = ask_second_person(around, "A second person", "", tried.append, lambda _none: None)
    till.take_scan(LUNCH, Source.WEDGE)
    settle(till)
    assert sheet.pad.problem.sentence.text() == "This is not a badge."
    assert tried == []
    till.take_scan(BADGE, Source.WEDGE)
    settle(till)
    assert (tried, till.sheets.up) == ([BADGE], None)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_answer_can_be_hit_and_read_on_the_smallest_screen(
    till: TillWindow, around: Surroundings, language: str
) -> None:
    till.switch_language(language)
    till.resize(1024, 600)
    for sheet in (
        asked(around, lambda: None),
        ask_for_reason(around, "Why?", "", REASONS, lambda *_what: None),
        ask_second_person(around, "A second person", "", lambda _pin: None, lambda _none: None),
    ):
        QTest.qWait(0)
        assert till.rect().contains(sheet.mapTo(till, sheet.rect().topLeft()))
        assert till.rect().contains(sheet.mapTo(till, sheet.rect().bottomRight()))
        for button in sheet.pressable():
            assert button.accessibleName()
            assert min(button.width(), button.height()) >= TOUCH
