"""How the till stands with the office: calm when it may be, clear when it must be."""

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.ui.till_window import TillWindow
from pos_app.ui.words.speech import Speech
from pos_app.ui.words.standing import Standing, notice_text, standing_text
from sync.till.agent.board import SyncState
from tests.builders.rules import NOON
from tests.builders.till_window import settle, wait_for

SPEECH = Speech(language="en", zone=ZoneInfo("Europe/Berlin"), currency="EUR")


@pytest.mark.parametrize(
    ("standing", "colour"),
    [
        (Standing(online=True), "accept_text"),
        (Standing(online=True, waiting=3), "accent_text"),
        (Standing(), "muted"),
        (Standing(waiting=250), "muted"),
        (Standing(waiting=250, alarm=True), "ask_text"),
        (Standing(online=True, problem="Odd."), "ask_text"),
        (Standing(online=True, update_needed=True), "ask_text"),
        (Standing(online=True, revoked=True), "refuse_text"),
    ],
)
def test_only_what_a_person_must_act_on_alarms(standing: Standing, colour: str) -> None:
    assert standing_text(standing, SPEECH).colour == colour


def test_what_waits_is_counted_dated_and_called_safe(till: TillWindow) -> None:
    till.agent.changed.emit(SyncState(unsettled=3, oldest_ms=NOON, as_of_ms=NOON))
    assert till.bar.badge.text().strip() == "Offline · 3 waiting"
    QTest.mouseClick(till.bar.badge, Qt.MouseButton.LeftButton)
    assert till.panel.isVisible()
    said = till.panel.accessibleName()
    assert "3 events wait to be sent. They are safe on this till." in said
    assert "The oldest is from 2026-01-01 13:00." in said
    QTest.keyClick(till.panel, Qt.Key.Key_Escape)
    assert not till.panel.isVisible()


def test_the_office_can_be_asked_again_at_once_and_the_panel_gives_the_focus_back(till: TillWindow) -> None:
    till.activateWindow()
    till.till.basket.amount.setFocus()
    QTest.keyClick(till, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert till.panel.try_now.isVisible()
    QTest.keyClick(till.panel, Qt.Key.Key_Escape)
    assert till.till.basket.amount.hasFocus()
    till.agent.changed.emit(SyncState(online=True))
    QTest.keyClick(till, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert not till.panel.try_now.isVisible()


def test_a_sale_is_counted_as_waiting_at_once(till: TillWindow) -> None:
    settle(till)
    before = till.standing.waiting
    till.enter_amount("5")
    wait_for(till.till.basket.confirm_button.isEnabled)
    till.confirm()
    wait_for(lambda: till.standing.waiting == before + 1)


def test_a_revoked_till_says_so_above_every_screen(till: TillWindow) -> None:
    till.agent.changed.emit(SyncState(online=True, revoked=True))
    assert till.notice.isVisible()
    assert till.notice.sentence.text() == "The office has revoked this till."
    till.agent.changed.emit(SyncState(online=True))
    assert not till.notice.isVisible()


def test_an_agents_problem_is_said_in_the_language_of_the_face(till: TillWindow) -> None:
    till.switch_language("ru")
    problem = "The central office cannot be reached. The till goes on working and tries again by itself."
    till.agent.changed.emit(SyncState(problem=problem))
    QTest.mouseClick(till.bar.badge, Qt.MouseButton.LeftButton)
    assert "Нет связи с центральным офисом. Касса работает дальше" in till.panel.accessibleName()


def test_nothing_is_said_while_all_is_well() -> None:
    assert notice_text(Standing(online=True), ())[1] == ""
    assert notice_text(Standing(waiting=9), ())[1] == ""
