"""The walk through typing on the screen: a code, a search, a new guest's name, a note in a sheet."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from pos_app.ui.places.asking import ask_for_reason
from pos_app.ui.places.guests.place import GuestsPlace
from pos_app.ui.places.place import PlaceName
from pos_app.ui.till_window import TillWindow
from tests.builders.screen_keys import press, touch
from tests.builders.till_window import a_home, settle, signed_in

REASONS = {"en": ("Typed wrongly", "The guest left"), "ru": ("Набрано неверно", "Гость ушёл")}

Take = Callable[[TillWindow, str], None]


def typing(take: Take, make: Callable[..., TillWindow], folder: Path) -> None:
    """Take a picture of the keys below each sort of field."""
    window = make(a_home(folder), signed_in)
    touch(window.till.camera.code)
    take(window, "keys-code")
    window.places.go(PlaceName.GUESTS)
    settle(window)
    place = cast("GuestsPlace", window.places.place(PlaceName.GUESTS))
    touch(place.screen.search)
    take(window, "keys-search")
    place.screen.new.click()
    touch(place.screen.form.fields["name"].edit)
    take(window, "keys-name")
    touch(place.screen.form.fields["phone"].edit)
    take(window, "keys-phone")
    window.typing.put_away()
    window.places.home()
    reasons = [(words, words) for words in REASONS[window.language.name]]
    sheet = ask_for_reason(window.around, reasons[0][1], "48.60", reasons, lambda *_what: None)
    touch(sheet.note)
    press(window, "accents")
    take(window, "keys-note")
    window.sheets.close_all()
    window.close()
