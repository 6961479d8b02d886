"""Which places the rail has beside Sell."""

from collections.abc import Callable, Sequence

from pos_app.ui.places.place import Place
from pos_app.ui.places.surroundings import Surroundings

PLACES: Sequence[Callable[[Surroundings], Place]] = ()
"""One maker for each place; on the rail they stand in the order of ``PlaceName``."""


def make_places(around: Surroundings) -> list[Place]:
    """Make every place."""
    return [make(around) for make in PLACES]
