"""The Guests place in the real window: found while somebody types, registered offline, put on the bill."""

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from pos_app.ui.places.guests.place import GuestsPlace
from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.guests_screen import GuestsScreen, Page
from pos_app.ui.sheets.confirm_sheet import ConfirmSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.guest_results import Consent
from pos_app.usecases.source import Source
from sync.protocol.feed import Table
from sync.protocol.sealed_keys import seal_key
from sync.rules.card_text import CardKeys, write_card
from sync.rules.sale import Guest
from tests.builders.desk import DIGEST_KEY, NETWORK
from tests.builders.rules import NOON
from tests.builders.till_window import CARD, LUNCH, PIN, REFERRAL, a_home, a_world, settle, wait_for

CARD_KEY = bytes([5]) * 32
NEW_CARD = write_card(CardKeys(network=NETWORK, current=1, keys={1: CARD_KEY}), 77)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    world = a_world()
    world.guest("C1", Guest(id=21, points=12, as_of_ms=NOON), name="Boris Annenkov", phone="+79160001122")
    world.guest("C2", Guest(id=22, blocked=True), name="Carla Blocked", phone="+4930555777")
    world.changes = [each for each in world.changes if each.table is not Table.SETTINGS]
    world.settings(card_keys={1: seal_key(DIGEST_KEY, 1, CARD_KEY)})
    return a_home(tmp_path / "till", world)


@pytest.fixture
def place(till: TillWindow) -> GuestsPlace:
    till.activateWindow()
    wait_for(till.isActiveWindow)
    till.places.go(PlaceName.GUESTS)
    settle(till)
    return cast("GuestsPlace", till.places.place(PlaceName.GUESTS))


def searched(till: TillWindow, place: GuestsPlace, text: str) -> list[str]:
    """Type a search as a person does, and return who is listed."""
    place.screen.search.clear()
    QTest.keyClicks(place.screen.search, text, delay=20)
    wait_for(lambda: place.quiet, what="the search")
    settle(till)
    return [line.title for line in place.screen.list.lines]


def typed(field: QLineEdit, text: str) -> None:
    field.clear()
    field.setText(text)


def filled_in(till: TillWindow, place: GuestsPlace, name: str, phone: str = "") -> GuestsScreen:
    """Open the form and fill it in, with the consent."""
    screen = place.screen
    QTest.keyClick(till, Qt.Key.Key_F3)
    settle(till)
    assert screen.page is Page.FORM
    assert screen.form.fields["name"].edit.hasFocus()
    typed(screen.form.fields["name"].edit, name)
    typed(screen.form.fields["phone"].edit, phone)
    screen.form.consents[Consent.DATA].setChecked(True)
    judged(till, place)
    return screen


def judged(till: TillWindow, place: GuestsPlace) -> None:
    """Wait until the form is judged as it stands."""
    wait_for(lambda: place.quiet, what="a pause in typing")
    settle(till)


def register(till: TillWindow) -> None:
    QTest.keyClick(till, Qt.Key.Key_F9)
    settle(till)


def test_the_place_begins_in_the_search(till: TillWindow, place: GuestsPlace) -> None:
    assert place.screen.search.hasFocus()
    assert place.screen.page is Page.HINT


def test_a_guest_is_found_by_phone_and_put_on_the_bill_by_touch_alone(
    till: TillWindow, place: GuestsPlace
) -> None:
    screen = place.screen
    for figure in ("4", "3", "2", "9", "back", "1"):
        QTest.mouseClick(screen.keypad.keys[figure], Qt.MouseButton.LeftButton)
    assert screen.search.text() == "4321"
    judged(till, place)
    QTest.mouseClick(screen.look_up, Qt.MouseButton.LeftButton)
    settle(till)
    shown = [screen.page]
    QTest.mouseClick(screen.search, Qt.MouseButton.LeftButton)
    assert [*shown, screen.page] == [Page.GUEST, Page.HINT]
    QTest.mouseClick(screen.look_up, Qt.MouseButton.LeftButton)
    settle(till)
    QTest.mouseClick(screen.profile.take, Qt.MouseButton.LeftButton)
    settle(till)
    assert till.places.now is till.places.place(PlaceName.SELL)
    assert till.desk_open.basket.guest is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann", ["Boris Annenkov", "Anna Petrova"]),
        ("petr anna", ["Anna Petrova"]),
        ("1122", ["Boris Annenkov"]),
        ("+7 916 000-11-22", ["Boris Annenkov"]),
        ("nobody", []),
    ],
)
def test_guests_are_found_while_somebody_types(
    till: TillWindow, place: GuestsPlace, text: str, found: list[str]
) -> None:
    assert searched(till, place, text) == found


def test_by_keys_alone_a_guest_is_found_and_put_on_the_bill(till: TillWindow, place: GuestsPlace) -> None:
    searched(till, place, "petrova")
    QTest.keyClick(place.screen.search, Qt.Key.Key_Return)
    settle(till)
    assert place.screen.page is Page.GUEST
    assert place.screen.profile.name.text() == "Anna Petrova"
    assert "3420" in place.screen.profile.points.text()
    QTest.keyClick(till, Qt.Key.Key_F9)
    settle(till)
    assert till.till.isVisible()
    assert till.desk_open.basket.guest is not None
    assert till.desk_open.basket.guest.id == 5


def test_a_blocked_guest_is_shown_and_cannot_be_put_on_a_bill(till: TillWindow, place: GuestsPlace) -> None:
    searched(till, place, "carla")
    QTest.keyClick(place.screen.search, Qt.Key.Key_Down)
    settle(till)
    assert place.screen.profile.refused.isVisible()
    assert not place.screen.profile.take.isEnabled()


def test_a_scanned_card_shows_its_guest_and_another_code_goes_to_the_sale(
    till: TillWindow, place: GuestsPlace
) -> None:
    till.take_scan(CARD, Source.WEDGE)
    settle(till)
    assert place.screen.profile.name.text() == "Anna Petrova"
    assert till.desk_open.basket.empty
    till.take_scan(LUNCH, Source.WEDGE)
    settle(till)
    assert till.till.isVisible()
    assert [look.code is not None for look in till.desk_open.basket.look_ups] == [True]


def test_six_digits_that_are_nobodys_are_said_and_counted(till: TillWindow, place: GuestsPlace) -> None:
    place.screen.search.setText("123456")
    QTest.keyClick(place.screen.search, Qt.Key.Key_Return)
    settle(till)
    assert place.screen.problem.isVisible()
    assert place.screen.problem.sentence.text()
    QTest.keyClicks(place.screen.search, "7")
    assert not place.screen.problem.isVisible()


def test_a_newcomer_is_registered_offline_and_taken_to_the_sale(till: TillWindow, place: GuestsPlace) -> None:
    screen = filled_in(till, place, "Maria Nowak", "+49 151 1234 9876")
    register(till)
    assert screen.page is Page.GUEST
    assert screen.profile.done.isVisible()
    assert screen.profile.name.text() == "Maria Nowak"
    assert screen.profile.take.hasFocus()
    assert screen.form.empty
    QTest.keyClick(till, Qt.Key.Key_F9)
    settle(till)
    till.enter_amount("10")
    settle(till)
    till.confirm()
    settle(till)
    till.places.go(PlaceName.GUESTS)
    assert searched(till, place, "nowak") == ["Maria Nowak"]
    assert place.screen.list.lines[0].sign == "wait"


def test_what_is_wrong_stands_below_its_field_once_it_was_left_or_tried(
    till: TillWindow, place: GuestsPlace
) -> None:
    screen = filled_in(till, place, "", "12")
    assert not screen.form.fields["name"].fault.isVisible()
    register(till)
    assert screen.page is Page.FORM
    assert screen.form.fields["name"].fault.isVisible()
    assert screen.form.fields["phone"].fault.isVisible()
    assert screen.form.fields["name"].edit.hasFocus()
    typed(screen.form.fields["name"].edit, "Maria")
    judged(till, place)
    assert not screen.form.fields["name"].fault.isVisible()


def test_without_consent_nobody_is_registered(till: TillWindow, place: GuestsPlace) -> None:
    screen = filled_in(till, place, "Maria Nowak")
    screen.form.consents[Consent.DATA].setChecked(False)
    judged(till, place)
    register(till)
    assert screen.form.isVisible()
    assert screen.form.consent_fault.isVisible()


def test_who_may_be_the_same_guest_is_listed_and_can_be_taken(till: TillWindow, place: GuestsPlace) -> None:
    screen = filled_in(till, place, "Somebody New", "8 916 000 11 22")
    assert [line.title for line in screen.list.lines] == []
    typed(screen.form.fields["phone"].edit, "+7 916 000 11 22")
    judged(till, place)
    assert [(line.title, line.tone) for line in screen.list.lines] == [("Boris Annenkov", "ask")]
    screen.list.picked.emit(0)
    settle(till)
    assert screen.page is Page.GUEST
    assert screen.profile.name.text() == "Boris Annenkov"
    # What was typed is not lost: the way back is offered.
    assert screen.profile.leave.isVisible()
    screen.profile.leave.click()
    assert screen.form.isVisible()
    assert screen.form.fields["name"].text == "Somebody New"


def test_somebody_else_of_the_same_name_is_registered_after_a_question(
    till: TillWindow, place: GuestsPlace
) -> None:
    screen = filled_in(till, place, "Anna Petrowa")
    register(till)
    sheet = till.sheets.up
    assert isinstance(sheet, ConfirmSheet)
    assert "Anna Petrova" in sheet.sentence.text()
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    settle(till)
    assert screen.page is Page.GUEST
    assert screen.profile.name.text() == "Anna Petrowa"


def test_scans_fill_the_form_a_card_its_field_and_a_referral_code_the_other(
    till: TillWindow, place: GuestsPlace
) -> None:
    screen = filled_in(till, place, "Maria Nowak")
    till.take_scan(REFERRAL, Source.CAMERA)
    till.take_scan(NEW_CARD, Source.CAMERA)
    judged(till, place)
    assert screen.form.fields["referral"].text == REFERRAL
    assert screen.form.fields["card"].text == NEW_CARD
    register(till)
    assert screen.page is Page.GUEST
    till.take_scan(NEW_CARD, Source.CAMERA)
    settle(till)
    assert screen.profile.name.text() == "Maria Nowak"


def test_a_child_is_added_and_taken_out_and_the_focus_is_never_lost(
    till: TillWindow, place: GuestsPlace
) -> None:
    screen = filled_in(till, place, "Maria Nowak")
    QTest.keyClick(till, Qt.Key.Key_F4)
    (row,) = screen.form.children_rows.rows
    assert row.name.hasFocus()
    typed(row.name, "Ola")
    typed(row.born, "1950-01-01")
    judged(till, place)
    register(till)
    assert screen.form.children_rows.fault.isVisible()
    row.off.setFocus()
    row.off.click()
    assert screen.form.children_rows.rows == []
    assert till.focusWidget() is not None
    judged(till, place)
    register(till)
    assert screen.page is Page.GUEST


def test_enter_goes_on_to_the_next_field_and_escape_back_to_the_search(
    till: TillWindow, place: GuestsPlace
) -> None:
    screen = filled_in(till, place, "Maria Nowak")
    screen.form.fields["name"].edit.setFocus()
    QTest.keyClick(screen.form.fields["name"].edit, Qt.Key.Key_Return)
    assert screen.form.fields["phone"].edit.hasFocus()
    QTest.keyClick(screen.form.fields["phone"].edit, Qt.Key.Key_Escape)
    assert screen.page is Page.HINT
    assert screen.search.hasFocus()
    QTest.keyClick(till, Qt.Key.Key_F3)
    assert screen.form.fields["name"].text == "Maria Nowak"


def test_nothing_of_a_guest_stays_on_the_screen_for_whoever_comes_next(
    till: TillWindow, place: GuestsPlace
) -> None:
    searched(till, place, "petrova")
    QTest.keyClick(place.screen.search, Qt.Key.Key_Return)
    settle(till)
    filled_in(till, place, "Maria Nowak", "+49 151 1234 9876")
    till.guard.lock()
    settle(till)
    till.flow.sign_in(PIN)
    settle(till)
    till.places.go(PlaceName.GUESTS)
    settle(till)
    assert place.screen.form.empty
    assert place.screen.search.text() == ""
    assert place.screen.list.lines == ()
    assert place.screen.page is Page.HINT


def test_the_place_speaks_russian_without_a_restart(till: TillWindow, place: GuestsPlace) -> None:
    searched(till, place, "petrova")
    QTest.keyClick(place.screen.search, Qt.Key.Key_Return)
    settle(till)
    till.switch_language("ru")
    assert place.screen.profile.take.text().strip() == "В продажу"
    assert "баллов" in place.screen.list.lines[0].note
    assert place.screen.caption.text() == "1 гость"
