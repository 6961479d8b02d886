"""Which places the rail has beside Sell."""

from collections.abc import Callable, Sequence

from pos_app.ui.places.cases import CasesPlace
from pos_app.ui.places.guests.place import GuestsPlace
from pos_app.ui.places.place import Place
from pos_app.ui.places.sales.sales_place import SalesPlace
from pos_app.ui.places.shift.shift_place import ShiftPlace
from pos_app.ui.places.surroundings import Surroundings

PLACES: Sequence[Callable[[Surroundings], Place]] = (GuestsPlace, SalesPlace, ShiftPlace, CasesPlace)
"""One maker for each place; on the rail they stand in the order of ``PlaceName``."""


def make_places(around: Surroundings) -> list[Place]:
    """Make every place."""
    return [make(around) for make in PLACES]
