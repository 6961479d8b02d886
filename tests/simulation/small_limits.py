"""Limits of the shipping modules, turned down in some worlds: what happens at them happens in small worlds too.

A page of the feed holds thousands of changes and a list of leases hundreds; no world has so many. The code that
goes on from page to page is the same for pages of three.
"""

import random
from collections.abc import Callable
from types import ModuleType

from sync.central.services import feed
from sync.till.agent import contact, lives

ONE_IN = 3
"""In one world of so many."""
_SMALL: tuple[tuple[ModuleType, str, tuple[int, ...]], ...] = (
    (feed, "MAX_PAGE_BYTES", (1, 300, 1_500)),
    (lives, "MAX_LISTED_GRANTS", (1, 2, 5)),
    (contact, "MAX_CLOSED", (1, 3)),
)


def turn_down(chance: random.Random) -> Callable[[], None]:
    """Draw whether this world has small limits, and set them; return what sets them back."""
    shipped = [getattr(module, name) for module, name, _ in _SMALL]
    drawn = [chance.choice(values) for _, _, values in _SMALL]
    if chance.randrange(ONE_IN) == 0:
        _set(drawn)
    return lambda: _set(shipped)


def _set(values: list[int]) -> None:
    for (module, name, _), value in zip(_SMALL, values, strict=True):
        setattr(module, name, value)
