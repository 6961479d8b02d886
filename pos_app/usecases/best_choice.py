"""Which of the scanned codes give the guest most, where not all of them may stand on one bill."""

from collections.abc import Sequence

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.price import judge_on_bill, model_of, refreshed, tiers_of
from pos_app.usecases.results import CodeSeen, LookUp, Priced
from sync.rules import price as rules
from sync.rules.combine import MAX_CODES_PER_BASKET, Applied
from sync.rules.reasons import Reason
from sync.rules.sale import Line


class Better(Struct, frozen=True, kw_only=True):
    """A better choice than the codes in the order in which they were scanned.

    ``take`` are its codes; ``more_minor`` comes off besides what comes off now, ``more_points`` are earned
    besides (either may be below zero when the other outweighs it: money counts first).
    """

    take: tuple[LookUp, ...]
    more_minor: int
    more_points: int = 0


def better_choice(
    desk: Desk, lines: Sequence[Line], look_ups: Sequence[LookUp], priced: Priced
) -> Better | None:
    """Say what would give the guest more; None where every code applies, or none would do better.

    Writes nothing. At most ``MAX_CODES_PER_BASKET`` codes are compared, those scanned first.
    """
    if not lines or not any(given.verdict.reason == Reason.NOT_COMBINABLE for given in priced.left_out):
        return None
    fresh = refreshed(desk, look_ups)
    basket = desk.basket(lines)
    offered: list[Applied] = []
    by_code: dict[int, LookUp] = {}
    for look in look_ups:
        if not isinstance(look.subject, CodeSeen) or len(offered) == MAX_CODES_PER_BASKET:
            continue
        code = look.subject.code
        campaign = fresh.campaigns[code.campaign_id]
        alone = judge_on_bill(desk, look, basket, fresh, ())
        if alone.accepted and campaign is not None and code.id not in by_code:
            offered.append(Applied(code, campaign))
            by_code[code.id] = look
    tiers, model = tiers_of(fresh.settings), model_of(fresh.settings)
    best = rules.best_for_guest(basket, offered, fresh.guest, tiers, model)
    bill = rules.price(basket, best, fresh.guest, tiers, model)
    if (bill.discount_minor, bill.points) <= (priced.discount_minor, priced.points_earned):
        return None
    return Better(
        take=tuple(by_code[one.code.id] for one in best),
        more_minor=bill.discount_minor - priced.discount_minor,
        more_points=bill.points - priced.points_earned,
    )
