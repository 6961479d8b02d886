"""Limits of the shipping modules, turned down or up in some worlds: what happens at them happens in small worlds too.

A page of the feed holds thousands of changes and a list of leases hundreds; no world has so many. The code that
goes on from page to page is the same for pages of three.
"""

import random
from collections.abc import Callable
from types import ModuleType

from sync.central.services import contact as central_contact
from sync.central.services import feed, tokens
from sync.till.agent import contact, lives

ONE_IN = 3
"""In one world of so many."""
SHORT_TOKENS_IN = 8
"""In one world of so many tokens last as long as they ship."""
LONG_TOKEN_S = 20 * 24 * 3600
_SMALL: tuple[tuple[ModuleType, str, tuple[int, ...]], ...] = (
    (feed, "MAX_PAGE_BYTES", (1, 300, 1_500)),
    (lives, "MAX_LISTED_GRANTS", (1, 2, 5)),
    (contact, "MAX_CLOSED", (1, 3)),
)


_TOKENS: tuple[tuple[ModuleType, str, tuple[int, ...]], ...] = tuple(
    (module, "TILL_TOKEN_S", (LONG_TOKEN_S,)) for module in (tokens, central_contact)
)
"""In most worlds hours pass between any two requests: tills would do little else than sign in."""


def turn_down(chance: random.Random) -> Callable[[], None]:
    """Draw whether this world has small limits, and set them; return what sets them back."""
    every = (*_SMALL, *_TOKENS)
    shipped = [getattr(module, name) for module, name, _ in every]
    drawn = [chance.choice(values) for _, _, values in _SMALL]
    if chance.randrange(ONE_IN) == 0:
        _set(_SMALL, drawn)
    if chance.randrange(SHORT_TOKENS_IN):
        _set(_TOKENS, [LONG_TOKEN_S for _ in _TOKENS])
    return lambda: _set(every, shipped)


def _set(limits: tuple[tuple[ModuleType, str, tuple[int, ...]], ...], values: list[int]) -> None:
    for (module, name, _), value in zip(limits, values, strict=True):
        setattr(module, name, value)
