"""Which screen follows which, from an empty folder to a till that sells; and what stands in the way."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.scanner.read import Read
from pos_app.ui.flow import Screen
from pos_app.ui.till_window import TillWindow
from sync.protocol.enrolment import enrolment_qr
from sync.protocol.feed import Change, StaffRow, Table
from sync.protocol.wire import pack
from sync.rules.user_error import UserError
from sync.till.agent.board import SyncState
from sync.till.home import TillHome
from sync.till.till import Till
from tests.builders.desk import World, give, hashed
from tests.builders.patience import LONG_S
from tests.builders.small_central import ENROLMENT_CODE, SmallCentral
from tests.builders.talking_server import Heard, Reply, TalkingServer, talking_server
from tests.builders.till_window import PIN, a_home, a_world, scan, settle, wait_for
from tests.pos_app.ui.conftest import Open

CORNERS = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


@pytest.fixture
def server() -> Iterator[TalkingServer]:
    central = SmallCentral()
    for number in range(1, 7):
        central.publish(number, f"LUNCH-{number}")
    staff = StaffRow(id=1, name="Marta Klein", role="cashier", pin_hash=hashed(PIN))
    central.changes.append(Change(Table.STAFF, 1, 1, pack(staff)))
    with talking_server(central) as made:
        yield made


def begun(window: TillWindow, screen: Screen) -> TillWindow:
    window.show()
    window.begin()
    wait_for(lambda: window.screen_now is screen, what=screen.value)
    settle(window)
    return window


def leave_while_loading(window: TillWindow, server: TalkingServer) -> None:
    """Enrol, and leave while the office is about to hand out the first copy."""
    central, asked, left = server.answer, Event(), Event()

    def slowly(heard: Heard) -> Reply:
        if "/snapshot" in heard.path:
            asked.set()
            left.wait(LONG_S)
        return central(heard)

    server.answer = slowly
    window.enrol.address.setText(server.url)
    window.enrol.code.setText(ENROLMENT_CODE)
    window.enrol.submit()
    wait_for(asked.is_set, what="the till asking for its first copy")
    window.message.chosen.emit()
    left.set()
    server.answer = central


def test_the_offices_qr_makes_a_till_that_sells(
    new_window: Open, tmp_path: Path, server: TalkingServer
) -> None:
    window = begun(new_window(tmp_path / "new"), Screen.ENROL)
    seen: list[str] = []
    window.screen_changed.connect(seen.append)
    text = enrolment_qr(server.url, ENROLMENT_CODE)
    window.cameras.read.emit(Read(text, text.encode(), CORNERS))
    wait_for(lambda: window.screen_now is Screen.SIGN_IN)
    assert Screen.FILLING in seen
    assert window.bar.till.text()
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL)
    scan(window, "LUNCH-3")
    assert window.till.verdict.banner.text.tone == "accept"


def test_a_pasted_link_fills_the_form_and_enrols(
    new_window: Open, tmp_path: Path, server: TalkingServer
) -> None:
    window = begun(new_window(tmp_path / "new"), Screen.ENROL)
    assert window.enrol.take(enrolment_qr(server.url, ENROLMENT_CODE))
    wait_for(lambda: window.screen_now is Screen.SIGN_IN)


def test_the_first_load_can_be_left_and_goes_on_by_itself(
    new_window: Open, tmp_path: Path, server: TalkingServer
) -> None:
    window = begun(new_window(tmp_path / "new"), Screen.ENROL)
    leave_while_loading(window, server)
    wait_for(lambda: window.flow.running is not None, what="the enrolled till")
    settle(window)
    assert window.screen_now is Screen.FILLING
    assert window.message.button.isHidden()
    assert window.flow.running is not None
    assert not window.flow.running.cache_status().ready


def test_a_wrong_code_is_said_and_what_was_typed_stays(
    new_window: Open, tmp_path: Path, server: TalkingServer
) -> None:
    window = begun(new_window(tmp_path / "new"), Screen.ENROL)
    window.enrol.address.setText(server.url)
    window.enrol.code.setText("WRONG-CODE")
    window.enrol.submit()
    wait_for(lambda: window.screen_now is Screen.ENROL and not window.enrol.problem.isHidden())
    assert window.enrol.problem.sentence.text() == "The office does not know this enrolment code."
    assert window.enrol.code.text() == "WRONG-CODE"
    window.enrol.code.setText(ENROLMENT_CODE)
    window.enrol.submit()
    wait_for(lambda: window.screen_now is Screen.SIGN_IN)


def test_an_office_out_of_reach_is_said_with_what_to_check(new_window: Open, tmp_path: Path) -> None:
    window = begun(new_window(tmp_path / "new"), Screen.ENROL)
    window.enrol.address.setText("http://127.0.0.1:1")
    window.enrol.code.setText("ABC")
    window.enrol.submit()
    wait_for(lambda: window.screen_now is Screen.ENROL and not window.enrol.problem.isHidden())
    assert "Check the address" in window.enrol.problem.advice.text()


def test_a_till_without_its_first_copy_waits_for_it_and_then_asks_who_is_there(
    new_window: Open, tmp_path: Path
) -> None:
    window = begun(new_window(a_home(tmp_path / "empty", World(), load=False)), Screen.FILLING)
    window.agent.changed.emit(SyncState(online=True, loaded=3, to_load=4))
    assert window.message.bar.value() == 75
    assert window.flow.running is not None
    desk = window.flow.running.desk
    desk.files.call(lambda: give(desk.till, a_world()))
    window.agent.changed.emit(SyncState(online=True, as_of_ms=1))
    wait_for(lambda: window.screen_now is Screen.SIGN_IN)


def test_a_till_without_its_first_copy_says_that_the_office_is_away_and_asks_again_at_a_touch(
    new_window: Open, tmp_path: Path, server: TalkingServer
) -> None:
    first = begun(new_window(tmp_path / "new"), Screen.ENROL)
    leave_while_loading(first, server)
    wait_for(lambda: first.flow.running is not None, what="the enrolled till")
    first.close()
    central = server.answer
    server.answer = lambda _heard: Reply(status=503)
    window = begun(new_window(tmp_path / "new", offline=False), Screen.FILLING)
    wait_for(lambda: window.message.title.text() == "Waiting for the office", what="a word about the office")
    assert window.screen_now is Screen.FILLING
    assert "asks again by itself" in window.message.advice.text()
    assert "goes on working" not in window.message.advice.text()
    assert window.message.button.hasFocus()
    server.answer = central
    QTest.keyClick(window.message.button, Qt.Key.Key_Space)
    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the sign-in screen")


@pytest.mark.parametrize("how", ["touch", "escape"])
def test_enrolling_can_be_left_before_the_office_answers_and_the_code_is_good_again(
    new_window: Open, tmp_path: Path, server: TalkingServer, how: str
) -> None:
    central, asked, left = server.answer, Event(), Event()

    def silent(heard: Heard) -> Reply:
        asked.set()
        left.wait(LONG_S)
        return central(heard)

    server.answer = silent
    window = begun(new_window(tmp_path / "new"), Screen.ENROL)
    window.enrol.address.setText(server.url)
    window.enrol.code.setText(ENROLMENT_CODE)
    window.enrol.submit()
    wait_for(asked.is_set, what="the question to the office")
    assert window.message.button.isVisible()
    if how == "touch":
        QTest.mouseClick(window.message.button, Qt.MouseButton.LeftButton)
    else:
        QTest.keyClick(window.message.button, Qt.Key.Key_Escape)
    assert window.screen_now is Screen.ENROL
    assert window.enrol.problem.sentence.text() == (
        "Enrolling was stopped; nothing has changed on this machine."
    )
    assert window.enrol.code.text() == ENROLMENT_CODE
    settle(window)
    assert window.screen_now is Screen.ENROL
    with closing(Till.open(TillHome(tmp_path / "new"))) as left_behind:
        assert left_behind.identity is None
    left.set()
    server.answer = central
    window.enrol.submit()
    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the till")


def test_a_till_that_was_told_to_keep_to_itself_says_why_it_is_not_filled(
    new_window: Open, tmp_path: Path
) -> None:
    window = begun(new_window(a_home(tmp_path / "empty", World(), load=False)), Screen.FILLING)
    assert "work without the office" in window.message.advice.text()
    assert window.message.button.isHidden()


def test_a_damaged_journal_is_named_and_left_as_it_is(new_window: Open, home: Path) -> None:
    journal = TillHome(home).journal_file
    content = bytearray(journal.read_bytes())
    content[5000:9000] = bytes(4000)
    journal.write_bytes(content)
    window = begun(new_window(home), Screen.STOPPED)
    assert window.message.title.text() == "The till cannot be opened"
    assert "damaged" in window.message.sentence.text()
    assert "Keep the whole folder" in window.message.advice.text()
    assert journal.read_bytes() == content
    window.switch_language("ru")
    assert "повреждён" in window.message.sentence.text()


def test_a_damaged_cache_is_rebuilt_and_never_stops_the_till(new_window: Open, home: Path) -> None:
    TillHome(home).cache_file.write_bytes(b"rubbish" * 4000)
    window = begun(new_window(home), Screen.FILLING)
    assert window.flow.running is not None
    assert any("set aside" in warning for warning in window.flow.running.warnings)


def test_a_till_that_is_open_elsewhere_can_be_tried_again(new_window: Open, home: Path) -> None:
    with TillHome(home).lock():
        window = begun(new_window(home), Screen.STOPPED)
        assert "already open" in window.message.sentence.text()
    window.message.button.click()
    wait_for(lambda: window.screen_now is Screen.SIGN_IN)


def test_after_a_failed_commit_nothing_is_sold_before_the_journal_was_checked(till: TillWindow) -> None:
    till.flow.stop_for(UserError("commit_unknown", "The disk failed.", "Wait."))
    assert till.screen_now is Screen.STOPPED
    assert not till.till.isVisible()
    till.message.button.click()
    settle(till)
    assert till.message.title.text() == "The files are sound again"
    till.message.button.click()
    assert till.till.isVisible()


def test_an_ordinary_refusal_stops_nothing(till: TillWindow) -> None:
    till.flow.stop_for(UserError("empty_sale", "No.", ""))
    assert till.screen_now is Screen.TILL


def test_closing_ends_every_thread_and_frees_the_till(new_window: Open, home: Path) -> None:
    window = begun(new_window(home), Screen.SIGN_IN)
    window.close()
    assert not window.thread_of_counter.isRunning()
    with TillHome(home).lock():
        pass
