"""The verdict: may this code be used, why, and what is it worth.

Pure and total: no clock, no input or output, no chance, and an answer for every input. The till and the
office run this same file, so that both reach the same verdict.
"""

from collections.abc import Callable

from sync.rules.campaign import Campaign
from sync.rules.case import Case, Finding, found
from sync.rules.checks.bill import check_currency, check_items, check_minimum
from sync.rules.checks.person import check_day_limit, check_guest, check_guest_limits
from sync.rules.checks.place import check_place
from sync.rules.checks.standing import (
    check_belongs,
    check_campaign_status,
    check_code_status,
    check_referral_switch,
    check_uses,
    check_version,
)
from sync.rules.checks.timing import check_dates, check_expiry, check_hours
from sync.rules.code import Code
from sync.rules.known import NOTHING_KNOWN, Known
from sync.rules.moment import Moment
from sync.rules.money import plain_amount
from sync.rules.reasons import Reason
from sync.rules.sale import Basket, Guest, Place
from sync.rules.verdict import Outcome, Verdict
from sync.rules.worth import Worth, worth

# The order is what a cashier hears first when several things are wrong: what can never change, then
# the time, the place, the person, and last the bill, which the guest can still change.
CHECKS: tuple[Callable[[Case], Finding | None], ...] = (
    check_version,
    check_belongs,
    check_code_status,
    check_campaign_status,
    check_uses,
    check_referral_switch,
    check_expiry,
    check_dates,
    check_hours,
    check_place,
    check_guest,
    check_guest_limits,
    check_day_limit,
    check_currency,
    check_minimum,
    check_items,
)


def evaluate(
    code: Code,
    campaign: Campaign | None,
    guest: Guest | None,
    basket: Basket,
    moment: Moment,
    place: Place,
    *,
    known: Known = NOTHING_KNOWN,
) -> Verdict:
    """Judge one code for one basket.

    ``campaign`` is None where the campaign has not been loaded yet. A refusal outweighs a question, and
    a question (``ask``) carries what the code would give. A campaign whose rules cannot be read (an
    unknown zone, a time that is none) is refused as broken; it never stops the till. Limits are not
    decided here but by leases: ``code.uses`` and ``known`` only make an early answer possible.
    """
    if campaign is None:
        return _refuse(found(Reason.NOT_LOADED))
    case = Case(
        code=code, campaign=campaign, guest=guest, basket=basket, moment=moment, place=place, known=known
    )
    question: Finding | None = None
    try:
        for check in CHECKS:
            finding = check(case)
            if finding is None:
                continue
            if not finding.ask:
                return _refuse(finding)
            question = question or finding
    except (LookupError, ValueError) as error:
        # Rules that cannot be read are the campaign's fault and refuse it alone.
        return _refuse(found(Reason.CAMPAIGN_BROKEN, field=str(error)))
    lines = basket.lines if basket.known else ()
    gives = worth(campaign, lines, [line.amount_minor for line in lines])
    left = known.budget_left_minor
    if campaign.budget_minor is not None and left is not None and _exceeds(gives, left):
        return _refuse(found(Reason.BUDGET_SPENT, left=plain_amount(max(0, left), campaign.currency)))
    return Verdict(
        outcome=Outcome.ASK if question else Outcome.ACCEPT,
        reason=question.reason if question else Reason.OK,
        params=question.params if question else (),
        discount_minor=gives.discount_minor,
        discount_by_line=gives.discount_by_line,
        points=gives.points,
        tier=gives.tier,
    )


def _exceeds(gives: Worth, left_minor: int) -> bool:
    return left_minor <= 0 or gives.discount_minor > left_minor


def _refuse(finding: Finding) -> Verdict:
    return Verdict(outcome=Outcome.REFUSE, reason=finding.reason, params=finding.params)
