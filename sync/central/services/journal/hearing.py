"""What comes of hearing redemptions: what their bills give by the rules, and whether that is what the till did."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sync.central.schema.words import Judged
from sync.central.services.cases import CaseKind
from sync.central.services.journal.item import Item, numeral, printable
from sync.protocol.payloads import Redemption
from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.combine import Applied, combinable
from sync.rules.price import price
from sync.rules.reasons import Reason
from sync.rules.sale import Basket
from sync.rules.verdict import Verdict


@dataclass(slots=True)
class Hearing:
    """One redemption and what the rules say of it; no verdict where nobody can say what the till knew.

    ``whole`` tells that the basket is the whole bill, so that what was given can be compared; ``sure`` that
    the guest is as the till knew them. ``codes`` is how many stand on the bill; ``gives`` the discount and points
    by the rules, ``conflicting`` that they could not stand together.
    """

    item: Item
    payload: Redemption
    code: Code | None = None
    offer: Campaign | None = None
    basket: Basket | None = None
    verdict: Verdict | None = None
    whole: bool = False
    sure: bool = True
    codes: int = 0
    gives: tuple[int, int] | None = None
    conflicting: bool = False


def price_bills(hearings: Sequence[Hearing]) -> None:
    """Note what each use gives by the rules. Codes of one bill are priced together.

    A use whose bill is not here as a whole is left out.
    """
    bills: dict[UUID, list[Hearing]] = {}
    for hearing in hearings:
        verdict, sale = hearing.verdict, hearing.payload.sale
        if verdict is None or not verdict.accepted or not hearing.whole:
            continue
        if sale is None or hearing.codes == 1:
            hearing.gives = (verdict.discount_minor, verdict.points)
        else:
            bills.setdefault(sale, []).append(hearing)
    for together in bills.values():
        if len(together) == together[0].codes:
            _price_bill(together)


def _price_bill(together: Sequence[Hearing]) -> None:
    applied = [Applied(one.code, one.offer) for one in together if one.code and one.offer]
    if not combinable(applied):
        for one in together:
            one.conflicting = True
        return
    parts = {part.code_id: part for part in price(together[0].basket or Basket(), applied).gives}
    for one in together:
        part = parts[one.payload.code_id]
        one.gives = (part.discount_minor, part.points)


def decide(hearing: Hearing) -> Judged:
    """Compare what the rules say with what the till did; a difference becomes a case."""
    verdict, payload = hearing.verdict, hearing.payload
    if verdict is None:
        return Judged.CHANGED_SINCE
    agreed = Judged.AGREES if hearing.sure else Judged.BUT_GUEST
    if not verdict.accepted:
        # What the till was asked about, and a person decided, is no difference.
        return agreed if verdict.reason == payload.reason else _differ(hearing, verdict.reason, verdict)
    if hearing.conflicting:
        return _differ(hearing, Reason.NOT_COMBINABLE, verdict)
    if hearing.gives is None or hearing.gives == (payload.discount_minor, payload.points):
        return agreed
    return _differ(hearing, verdict.reason, verdict, hearing.gives)


def _differ(hearing: Hearing, reason: str, verdict: Verdict, gives: tuple[int, int] = (0, 0)) -> Judged:
    """Open a case that says what the till did and what the office's rules say."""
    payload = hearing.payload
    hearing.item.raise_case(
        CaseKind.RULE_DIFFERENCE,
        code=payload.code_id,
        campaign=hearing.offer.id if hearing.offer else payload.campaign_id,
        till_said=printable(payload.reason),
        office_says=reason,
        params=dict(verdict.params),
        till_gave=_figures(payload.discount_minor, payload.points),
        office_gives=_figures(*gives),
    )
    return Judged.DIFFERS


def _figures(discount_minor: int, points: int) -> dict[str, str]:
    """Write what was given; a till's number may be too large for any column."""
    return {
        "discount_minor": numeral(discount_minor),
        "points": numeral(points),
    }
