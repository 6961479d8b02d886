"""Which places the rail has between Sell and Settings; each is loaded when it is first asked for."""

from collections.abc import Callable, Sequence
from functools import partial

from pos_app.ui.places.place import Place
from pos_app.ui.places.surroundings import Surroundings

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


def _make(place: Callable[[], Maker], around: Surroundings) -> Place:
    return place()(around)
