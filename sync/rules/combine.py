"""Several codes on one bill: which may stand together, and in which order they are taken.

A code that is exclusive stands alone. Combinable codes stand together, but only one of each named group.
A code counts once on a bill. They are taken by their campaign's ``order``; where that is equal a free item
comes first, then percentages, then fixed amounts, then whatever takes no money off; at last the smaller
code id. Each takes its share of what the earlier ones left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.rules.campaign import BenefitKind, Campaign, Stacking
from sync.rules.code import Code
from sync.rules.reasons import Reason

MAX_CODES_PER_BASKET = 8
"""More codes than anybody holds in a hand; it keeps the search for the best choice small."""

_RANK = {
    BenefitKind.FREE_ITEM: 0,
    BenefitKind.PERCENT: 1,
    BenefitKind.FIXED: 2,
}
_LAST_RANK = 3


@dataclass(frozen=True, slots=True)
class Applied:
    """A code that was accepted for this bill, with its campaign."""

    code: Code
    campaign: Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why a code cannot join the bill; ``other`` is the code that it stands against, if it is one code."""

    reason: Reason
    other: Code | None = None


def in_order(applied: Sequence[Applied]) -> list[Applied]:
    """Return the codes in the order in which they are taken."""
    return sorted(
        applied,
        key=lambda one: (
            one.campaign.order,
            _RANK.get(one.campaign.benefit.kind, _LAST_RANK),
            one.code.id,
        ),
    )


def conflict(applied: Sequence[Applied], joining: Applied) -> Conflict | None:
    """Say why one more code cannot join those already on the bill, or None when it can.

    ``already_in_basket`` for the same code again, ``not_combinable`` for anything else.
    """
    for one in applied:
        if one.code.id == joining.code.id:
            return Conflict(reason=Reason.ALREADY_IN_BASKET, other=one.code)
    for one in applied:
        if not _stand_together(one.campaign, joining.campaign):
            return Conflict(reason=Reason.NOT_COMBINABLE, other=one.code)
    if len(applied) >= MAX_CODES_PER_BASKET:
        return Conflict(reason=Reason.NOT_COMBINABLE)
    return None


def combinable(applied: Sequence[Applied]) -> bool:
    """Whether all these codes may stand on one bill."""
    return all(conflict(applied[:index], one) is None for index, one in enumerate(applied))


def _stand_together(one: Campaign, other: Campaign) -> bool:
    if Stacking.EXCLUSIVE in (one.stacking, other.stacking):
        return False
    return one.stack_group is None or one.stack_group != other.stack_group
