"""Keys of letters on the screen: they come where a field is touched, never cover it, and go when they are not wanted."""

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget

from pos_app.settings import load_settings
from pos_app.ui.flow import Screen
from pos_app.ui.places.asking import ask_for_reason
from pos_app.ui.places.guests.place import GuestsPlace
from pos_app.ui.places.place import PlaceName
from pos_app.ui.places.settings import SettingsPlace
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.sheets.reason_sheet import ReasonSheet
from pos_app.ui.theme.look import TOUCH
from pos_app.ui.till_window import SMALLEST, TillWindow
from pos_app.ui.widgets.letter_keys import Shift
from pos_app.ui.widgets.letters import ROWS, Page
from pos_app.ui.widgets.stage import Page as StagePage
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError
from tests.builders.fingers import Fingers
from tests.builders.rich_world import a_rich_home
from tests.builders.screen_keys import ROUNDS, key_for, keys_of, press, touch, write
from tests.builders.till_window import LUNCH, settle, signed_in, wait_for
from tests.pos_app.ui.conftest import Open

SIZES = ((SMALLEST, 100), (SMALLEST, 200), ((1920, 1080), 100), ((1920, 1080), 200))
DRESSES = tuple(zip(SIZES, ("ru", "en", "en", "ru"), strict=True))


@pytest.fixture
def awake(till: TillWindow) -> TillWindow:
    """A window that has the focus: fields hear of it only then."""
    till.activateWindow()
    wait_for(till.isActiveWindow)
    return till


@pytest.mark.parametrize("before", [True, False])
def test_a_sheet_that_opens_while_the_keys_are_made_has_the_whole_window(
    opening: Callable[..., Open], tmp_path: Path, before: bool
) -> None:
    window = opening(signed_in)(a_rich_home(tmp_path / "fresh"))
    assert window.typing.keys is None
    if before:
        a_note(window)
        settle(window)
    for _ in window.typing.make_ready():
        pass
    if not before:
        a_note(window)
    for _ in range(3):
        QApplication.processEvents()
    inside = window.centralWidget()
    assert inside is not None
    assert window.sheets.height() == inside.height()


def guests_of(window: TillWindow) -> GuestsPlace:
    window.places.go(PlaceName.GUESTS)
    place = window.places.place(PlaceName.GUESTS)
    assert isinstance(place, GuestsPlace)
    settle(window)
    return place


def a_note(window: TillWindow) -> ReasonSheet:
    reasons = [(str(number), f"Reason {number}") for number in range(6)]
    return ask_for_reason(window.around, "Why?", "48.60 EUR", reasons, lambda *_what: None)


def are_up(window: TillWindow) -> bool:
    return window.typing.up


def seen_rect(widget: QWidget, window: TillWindow) -> QRect:
    """What of a widget is to be seen in the window, with everything taken off that it is scrolled out of."""
    seen = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    around = widget.parentWidget()
    while around is not None and around is not window:
        if isinstance(around, QScrollArea):
            view = around.viewport()
            seen &= QRect(view.mapTo(window, QPoint(0, 0)), view.size())
        around = around.parentWidget()
    return seen & window.rect()


def assert_field_is_seen(window: TillWindow, field: QLineEdit) -> None:
    keys = keys_of(window)
    assert window.typing.field is field
    seen = seen_rect(field, window)
    assert seen.height() == field.height(), f"{field.accessibleName()} is covered"
    assert seen.top() >= 0
    assert seen.bottom() < keys.mapTo(window, QPoint(0, 0)).y()


@pytest.mark.parametrize(("dress", "language"), DRESSES)
def test_no_field_is_covered_by_the_keys_that_type_into_it(
    open_window: Open, home: Path, dress: tuple[tuple[int, int], int], language: str
) -> None:
    size, zoom = dress
    window = open_window(home, zoom=zoom, language=language)
    window.resize(*size)
    window.flow.sign_in("2468")
    settle(window)
    window.activateWindow()
    wait_for(window.isActiveWindow)
    touch(window.till.camera.code)
    assert_field_is_seen(window, window.till.camera.code)
    place = guests_of(window)
    touch(place.screen.search)
    assert_field_is_seen(window, place.screen.search)
    place.screen.new.click()
    form = place.screen.form
    for field in form.fields.values():
        if not field.isHidden():
            touch(field.edit)
            assert_field_is_seen(window, field.edit)
    for _ in range(3):
        form.children_rows.add.click()
        for _ in range(6):
            QApplication.processEvents()
        assert_field_is_seen(window, form.children_rows.rows[-1].name)
    window.places.home()
    sheet = a_note(window)
    touch(sheet.note)
    assert_field_is_seen(window, sheet.note)


def test_each_key_has_a_name_and_is_large_enough_for_a_finger(awake: TillWindow) -> None:
    touch(awake.till.camera.code)
    keys = keys_of(awake)
    for (size, zoom), page in product(SIZES, Page):
        awake.choices.choose(zoom=zoom)
        awake.resize(*size)
        keys.begin(page)
        QApplication.processEvents()
        shown = [key for key in keys.findChildren(type(keys.figures[0])) if key.isVisible()]
        assert len(shown) == 10 + len(keys.special) + sum(map(len, ROWS[page]))
        for key in shown:
            assert key.accessibleName()
            assert min(key.width(), key.height()) >= TOUCH
            assert awake.rect().contains(QRect(key.mapTo(awake, QPoint(0, 0)), key.size()))


def test_a_guest_is_found_by_letters_of_the_screen_alone(awake: TillWindow) -> None:
    place = guests_of(awake)
    touch(place.screen.search)
    write(awake, "anna")
    wait_for(lambda: place.quiet)
    settle(awake)
    assert place.screen.search.text() == "anna"
    assert [line.title for line in place.screen.list.lines] == ["Anna Petrova"]
    assert place.screen.search.hasFocus()


def test_keys_begin_in_the_tills_language_and_codes_in_latin(awake: TillWindow) -> None:
    awake.switch_language("ru")
    place = guests_of(awake)
    touch(place.screen.search)
    assert keys_of(awake).page is Page.CYRILLIC
    write(awake, "анна")
    press(awake, "switch")
    write(awake, "x")
    assert place.screen.search.text() == "аннаx"
    place.screen.new.click()
    fields = place.screen.form.fields
    for name, page in (
        ("name", Page.CYRILLIC),
        ("phone", Page.SIGNS),
        ("email", Page.LATIN),
        ("card", Page.LATIN),
    ):
        touch(fields[name].edit)
        assert keys_of(awake).page is page, name
    awake.places.home()
    touch(awake.till.camera.code)
    assert keys_of(awake).page is Page.LATIN


def test_names_get_their_capitals_and_shift_holds_for_one_letter_or_until_it_is_let_go(
    awake: TillWindow,
) -> None:
    place = guests_of(awake)
    place.screen.new.click()
    name = place.screen.form.fields["name"].edit
    touch(name)
    write(awake, "Anna")
    write(awake, " Lind")
    assert name.text() == "Anna Lind"
    press(awake, "accents")
    write(awake, "éß")
    press(awake, "accents")
    press(awake, "shift")
    write(awake, "Bc")
    press(awake, "shift")
    press(awake, "shift")
    assert keys_of(awake).shift is Shift.LOCKED
    write(awake, "DE")
    press(awake, "shift")
    write(awake, "f")
    press(awake, "back")
    press(awake, "signs")
    write(awake, "&")
    assert name.text() == "Anna LindéßBcDE&"
    assert keys_of(awake).special["back"].autoRepeat()


def test_a_typed_code_is_looked_up_by_enter_and_the_keys_are_gone(awake: TillWindow) -> None:
    seen: list[Source] = []
    awake.verdict_shown.connect(lambda look: seen.append(look.source))
    touch(awake.till.camera.code)
    write(awake, "lunch-10")
    press(awake, "enter")
    settle(awake)
    wait_for(lambda: bool(seen))
    assert seen == [Source.TYPED]
    assert awake.till.verdict.banner.text.tone == "accept"
    assert not are_up(awake)
    assert awake.bar.isVisible()
    assert awake.till.height() > 400


def test_a_scan_that_comes_between_the_keys_is_a_scan(awake: TillWindow) -> None:
    seen: list[Source] = []
    awake.verdict_shown.connect(lambda look: seen.append(look.source))
    touch(awake.till.camera.code)
    write(awake, "vip")
    Fingers(awake).send(LUNCH, gap_ms=4, enter=True)
    wait_for(lambda: bool(seen))
    settle(awake)
    assert seen == [Source.WEDGE]
    assert awake.till.camera.code.text() == "vip"
    assert are_up(awake)


def test_who_types_on_a_keyboard_is_left_alone_until_they_touch_the_field_again(awake: TillWindow) -> None:
    place = guests_of(awake)
    touch(place.screen.search)
    assert are_up(awake)
    Fingers(awake).send("an", gap_ms=120)
    wait_for(lambda: place.screen.search.text() == "an")
    assert not are_up(awake)
    awake.places.home()
    touch(awake.till.camera.code)
    assert not are_up(awake)
    awake.till.basket.amount.setFocus()
    touch(awake.till.camera.code)
    assert not are_up(awake)
    touch(awake.till.camera.code)
    assert are_up(awake)
    write(awake, "a")
    press(awake, "done")
    touch(awake.till.camera.code)
    assert are_up(awake)


def test_fields_with_figures_of_their_own_bring_no_letters(awake: TillWindow) -> None:
    touch(awake.till.camera.code)
    touch(awake.till.basket.amount)
    assert not are_up(awake)
    assert awake.till.keypad.isVisible()


def test_done_puts_the_keys_away_and_leaves_the_focus_and_the_text(awake: TillWindow) -> None:
    place = guests_of(awake)
    height = place.screen.height()
    touch(place.screen.search)
    write(awake, "an")
    press(awake, "done")
    assert not are_up(awake)
    assert place.screen.search.hasFocus()
    assert place.screen.search.text() == "an"
    assert place.screen.height() == height


def test_a_sheet_stands_above_the_keys_and_enter_gives_its_answer(awake: TillWindow) -> None:
    answers: list[Sequence[str]] = []
    sheet = ask_for_reason(
        awake.around, "Why?", "", [("a", "First"), ("b", "Second")], lambda *what: answers.append(what)
    )
    touch(sheet.choices[1])
    touch(sheet.note)
    write(awake, "Gone.")
    write(awake, " Soup")
    press(awake, "enter")
    assert answers == [("b", "Gone. Soup")]
    assert not are_up(awake)
    assert awake.sheets.up is None


def test_locking_puts_the_keys_away(awake: TillWindow) -> None:
    touch(awake.till.camera.code)
    awake.guard.lock()
    wait_for(lambda: awake.screen_now is Screen.SIGN_IN)
    for _ in range(3):
        QApplication.processEvents()
    assert not are_up(awake)
    assert awake.bar.isVisible()


def test_the_offices_address_is_typed_before_anybody_is_signed_in(new_window: Open, tmp_path: Path) -> None:
    window = new_window(tmp_path / "nothing")
    window.show()
    window.begin()
    wait_for(lambda: window.screen_now is Screen.ENROL)
    window.activateWindow()
    wait_for(window.isActiveWindow)
    touch(window.enrol.address)
    write(window, "https")
    press(window, "signs")
    write(window, "://")
    press(window, "signs")
    write(window, "a")
    assert window.enrol.address.text() == "https://a"
    touch(window.enrol.code)
    assert_field_is_seen(window, window.enrol.code)


def test_the_keys_are_made_while_nobody_waits_for_them(awake: TillWindow) -> None:
    wait_for(lambda: awake._furnishing.at_rest, what="everything made ready")
    keys = awake.typing.keys
    assert keys is not None
    assert not awake.typing.up
    assert not keys.isVisible()
    assert not keys.isWindow()
    touch(awake.till.camera.code)
    assert keys_of(awake) is keys


def test_keys_that_never_come_are_not_made(open_window: Open, home: Path) -> None:
    window = open_window(home, keyboard="never")
    wait_for(lambda: window._furnishing.at_rest, what="everything made ready")
    assert window.typing.keys is None


def test_keys_that_come_up_again_are_not_styled_again(awake: TillWindow) -> None:
    touch(awake.till.camera.code)
    keys = keys_of(awake)
    styled: list[QEvent.Type] = []

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() is QEvent.Type.StyleChange:
                styled.append(event.type())
            return False

    watch = Watch(awake)
    keys.figures[0].installEventFilter(watch)
    awake.typing.put_away()
    touch(awake.till.camera.code)
    assert keys_of(awake) is keys
    assert styled == []
    awake.switch_theme("dark")
    assert styled


def test_never_means_never_and_always_means_at_once(awake: TillWindow, home: Path) -> None:
    awake.places.go(PlaceName.SETTINGS)
    place = awake.places.place(PlaceName.SETTINGS)
    assert isinstance(place, SettingsPlace)
    row = place.view.rows["keyboard"]
    touch(row.buttons[2])
    awake.places.home()
    touch(awake.till.camera.code)
    assert not are_up(awake)
    settle(awake)
    assert load_settings({"home": home}, {}).keyboard == "never"
    awake.choices.choose(keyboard="always")
    guests = guests_of(awake)
    QApplication.processEvents()
    assert_field_is_seen(awake, guests.screen.search)
    Fingers(awake).send("an", gap_ms=120)
    wait_for(lambda: guests.screen.search.text() == "an")
    assert are_up(awake)
    awake.choices.choose(keyboard="never")
    assert not are_up(awake)


def test_what_policy_says_of_the_keys_cannot_be_chosen_at_the_till(open_window: Open, home: Path) -> None:
    settings = load_settings({"home": home}, {"COUNTERSIGN_KEYBOARD": "always"})
    assert (settings.keyboard, settings.managed) == ("always", frozenset({"keyboard"}))
    with pytest.raises(UserError, match="keyboard cannot be 'sometimes'"):
        load_settings({"home": home}, {"COUNTERSIGN_KEYBOARD": "sometimes"})
    window = open_window(home, keyboard="never", managed=frozenset({"keyboard"}))
    window.flow.sign_in("2468")
    settle(window)
    window.places.go(PlaceName.SETTINGS)
    place = window.places.place(PlaceName.SETTINGS)
    assert isinstance(place, SettingsPlace)
    assert not any(button.isEnabled() for button in place.view.rows["keyboard"].buttons)


def test_a_field_that_cannot_be_typed_into_brings_no_keys(awake: TillWindow) -> None:
    awake.places.go(PlaceName.SALES)
    place = awake.places.place(PlaceName.SALES)
    assert isinstance(place.screen, SalesScreen)
    field = place.screen.field
    field.setReadOnly(True)
    touch(field)
    assert not are_up(awake)
    field.setReadOnly(False)
    touch(field)
    assert_field_is_seen(awake, field)


def test_a_key_says_its_sign_after_each_turn_of_the_page(awake: TillWindow) -> None:
    touch(awake.till.camera.code)
    keys = keys_of(awake)
    for page, sign in ((Page.LATIN, "q"), (Page.CYRILLIC, "щ"), (Page.ACCENTS, "ü"), (Page.SIGNS, "€")):
        keys.begin(page)
        QApplication.processEvents()
        QTest.mouseClick(key_for(keys, sign), Qt.MouseButton.LeftButton)
    assert awake.till.camera.code.text() == "qщü€"


def test_what_a_finger_presses_stays_under_it_until_it_is_lifted(awake: TillWindow) -> None:
    touch(awake.till.camera.code)
    pressed: list[bool] = []
    button = awake.till.stage.tabs[StagePage.AMOUNT]
    button.clicked.connect(lambda: pressed.append(True))
    place = button.mapTo(awake, button.rect().center())
    QTest.mousePress(awake.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    button.setFocus()
    for _ in range(ROUNDS):
        QApplication.processEvents()
    assert are_up(awake)
    assert button.mapTo(awake, button.rect().center()) == place
    QTest.mouseRelease(awake.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    wait_for(lambda: not are_up(awake), what="the keys going away")
    assert pressed == [True]
