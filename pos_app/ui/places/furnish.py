"""Which places the rail has between Sell and Settings; each is loaded when it is first asked for."""

from collections.abc import Callable, Sequence
from functools import partial

from pos_app.ui.choices import Choices
from pos_app.ui.places.place import Place
from pos_app.ui.places.surroundings import Surroundings
from pos_app.usecases.results import LookUp

Maker = Callable[[Surroundings], Place]


def _guests() -> Maker:
    from pos_app.ui.places.guests.place import GuestsPlace

    return GuestsPlace


def _sales() -> Maker:
    from pos_app.ui.places.sales.sales_place import SalesPlace

    return SalesPlace


def _shift() -> Maker:
    from pos_app.ui.places.shift.shift_place import ShiftPlace

    return ShiftPlace


def _cases() -> Maker:
    from pos_app.ui.places.cases import CasesPlace

    return CasesPlace


PLACES: Sequence[Callable[[], Maker]] = (_guests, _sales, _shift, _cases)
"""One for each place; on the rail they stand in the order of ``PlaceName``."""


def load_places() -> None:
    """Load what the places are made of."""
    for place in PLACES:
        place()


def makers(around: Surroundings) -> list[Callable[[], Place]]:
    """Return what makes each place."""
    return [partial(_make, place, around) for place in PLACES]


def settings_maker(
    around: Surroundings,
    choices: Choices,
    *,
    try_sound: Callable[[], None],
    set_printer_up: Callable[[], object],
    set_camera_up: Callable[[], object],
) -> Callable[[], Place]:
    """Return what makes the last place of the rail, with the ways to its sheets."""

    def make() -> Place:
        from pos_app.ui.places.settings import SettingsPlace

        settings = SettingsPlace(around, choices, try_sound)
        settings.view.printer_wanted.connect(set_printer_up)
        settings.view.camera_wanted.connect(set_camera_up)
        return settings

    return make


def decide_about(around: Surroundings, look: LookUp, then: Callable[[LookUp], None]) -> None:
    """Ask a manager about a look-up; see :func:`pos_app.ui.places.decision.decide`."""
    from pos_app.ui.places.decision import decide

    decide(around, look, then)


def _make(place: Callable[[], Maker], around: Surroundings) -> Place:
    return place()(around)
