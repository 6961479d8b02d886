"""The Guests place on the walk: found, chosen, half filled in, registered."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from pos_app.ui.places.guests.place import GuestsPlace
from pos_app.ui.places.place import PlaceName
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.guest_results import Consent
from sync.rules.sale import Guest
from tests.builders.rules import NOON
from tests.builders.till_window import a_home, a_world, settle, signed_in, wait_for

NAMES = (
    ("Anna Müller", "SILVER", 1_240, "+4930111222"),
    ("Anna-Maria Fischer-Schönbrunn von Hohenfels", "BRONZE", 20, "+4930111333"),
    ("Иван Анненков", "GOLD", 3_000, "+79160001122"),
)


def guests(take: Callable[[TillWindow, str], None], make: Callable[..., TillWindow], folder: Path) -> None:
    """Take pictures of the place in every state."""
    world = a_world()
    for number, (name, tier, points, phone) in enumerate(NAMES, 21):
        world.guest(
            f"CARD-{number}",
            Guest(id=number, tier=tier, points=points, as_of_ms=NOON),
            name=name,
            phone=phone,
        )
    window = make(a_home(folder, world), signed_in)
    window.places.go(PlaceName.GUESTS)
    place = cast("GuestsPlace", window.places.place(PlaceName.GUESTS))
    screen, form = place.screen, place.screen.form
    settle(window)
    take(window, "guests")
    screen.search.setText("ann")
    _wait(window)
    take(window, "guests-found")
    screen.list.select(0)
    screen.list.picked.emit(0)
    settle(window)
    take(window, "guests-chosen")
    screen.new.click()
    form.fields["name"].edit.setText("Anna Petrowa")
    form.fields["phone"].edit.setText("12")
    form.children_rows.add.click()
    form.register.click()
    _wait(window)
    take(window, "guests-form-faults")
    form.start_over()
    form.fields["name"].edit.setText("Maria Nowak")
    form.fields["phone"].edit.setText("+49 151 1234 9876")
    form.consents[Consent.DATA].setChecked(True)
    _wait(window)
    take(window, "guests-form")
    form.register.click()
    settle(window)
    take(window, "guests-registered")
    window.close()


def _wait(window: TillWindow) -> None:
    """Wait until what was typed is looked for."""
    place = cast("GuestsPlace", window.places.place(PlaceName.GUESTS))
    wait_for(lambda: place.quiet, what="a pause in typing")
    settle(window)
