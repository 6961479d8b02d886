"""Small limits are those of some worlds only, and never outlive them."""

import random

from sync.central.services import feed
from sync.till.agent import contact
from tests.simulation.small_limits import turn_down


def limits() -> tuple[int, int]:
    return feed.MAX_PAGE_BYTES, contact.MAX_CLOSED


def test_some_worlds_have_small_limits_and_none_leaves_them_behind() -> None:
    shipped = limits()
    met = set()
    for seed in range(30):
        undo = turn_down(random.Random(seed))
        met.add(limits())
        undo()
        assert limits() == shipped
    assert shipped in met
    assert any(page < shipped[0] and closed < shipped[1] for page, closed in met)
