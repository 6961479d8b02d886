"""Which units a use needs, and where they come from: leases held here, else the office's word, else a risk.

A till spends only from leases that are stored durably (DESIGN 7). Claiming takes nothing yet: the units
are spent in the transaction of the redemption. Only a campaign that allows it, only when the office does
not answer, and only from a leased risk allowance is a use accepted that no lease covers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.results import Claim
from pos_app.usecases.source import By
from sync.protocol.leases import Grant, LeaseReply, LimitKind
from sync.protocol.wire import read_canonical
from sync.rules.campaign import Campaign, Policy
from sync.rules.code import Code
from sync.rules.reasons import Reason
from sync.rules.sale import Guest
from sync.rules.verdict import Outcome, Verdict


class Risk(Struct, frozen=True, kw_only=True):
    """What may be taken where no lease covers a use: ``per_code`` uses of a code until the office knows."""

    campaign: int
    code: int
    per_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Units of one limit that one use takes. ``sale_bound`` limits are never leased ahead.

    ``risk`` is None where the campaign does not allow any, and for money and points always.
    """

    kind: LimitKind
    subject: int
    guest: int = 0
    units: int = 1
    sale_bound: bool = False
    risk: Risk | None = None


class Denied(Struct, frozen=True):
    """No unit was to be had: what the cashier is told, and who said so (the office, or this till alone)."""

    verdict: Verdict
    by: By


def needs_of(code: Code, campaign: Campaign, guest: Guest | None, discount_minor: int) -> tuple[Need, ...]:
    """List the limits that a use takes from; empty for an unlimited code of an unlimited campaign.

    The budget is taken only once the discount is known (minor units).
    """
    bound = campaign.policy is Policy.ONLINE_ONLY
    risk = None
    if campaign.policy is Policy.ALLOW_WITH_RISK:
        risk = Risk(campaign=campaign.id, code=code.id, per_code=campaign.risk_per_code)
    needs: list[Need] = []
    if code.max_uses is not None:
        needs.append(Need(kind=LimitKind.USES, subject=code.id, sale_bound=bound, risk=risk))
    if campaign.max_uses_per_guest is not None and guest is not None:
        needs.append(
            Need(kind=LimitKind.GUEST_USES, subject=campaign.id, guest=guest.id, sale_bound=bound, risk=risk)
        )
    if campaign.budget_minor is not None and discount_minor > 0:
        needs.append(Need(kind=LimitKind.BUDGET, subject=campaign.id, units=discount_minor, sale_bound=bound))
    return tuple(needs)


def claim_points(desk: Desk, guest_id: int, points: int) -> tuple[Claim, ...] | Denied:
    """Find points of a guest that this till may spend: leased here, else asked for on the spot."""
    return claim_all(desk, (Need(kind=LimitKind.POINTS, subject=guest_id, units=points),))


def claim_credit(desk: Desk, points: int) -> tuple[Claim, ...] | Denied:
    """Find allowance of this restaurant for crediting so many points by hand."""
    return claim_all(desk, (Need(kind=LimitKind.CREDIT, subject=desk.identity.restaurant, units=points),))


def claim_all(
    desk: Desk, needs: Sequence[Need], *, ready: Sequence[Claim] = (), taken: Mapping[UUID, int] | None = None
) -> tuple[Claim, ...] | Denied:
    """Find units for every need, or the refusal that says which limit stands in the way.

    ``ready`` are claims made earlier for the same use; ``taken`` what other codes of the same bill will
    spend of a lease. When one need fails, what was asked on the spot for the others goes back at once.
    """
    claims: list[Claim] = []
    for need in needs:
        # One unit of risk covers the whole use, however many of its limits are short.
        found = _of((*ready, *claims), need) or _claim(desk, need, taken or {})
        if isinstance(found, Denied):
            give_back(desk, newly_claimed(claims, ready))
            return found
        claims += [claim for claim in found if claim not in claims]
    return tuple(claims)


def foresee(desk: Desk, needs: Sequence[Need]) -> By | Denied:
    """Say what a use would stand on, without taking anything and without asking the office."""
    by = By.CACHE
    for need in needs:
        held = () if need.sale_bound else _held(desk, need, {})
        if sum(claim.units for claim in held) == need.units:
            by = By.LEASE if by is By.CACHE else by
        elif desk.spot is not None:
            by = By.ONLINE
        elif _at_risk(desk, need, {}):
            by = By.RISK
        else:
            return _refuse_offline(need)
    return by


def newly_claimed(claims: Sequence[Claim], ready: Sequence[Claim]) -> list[Claim]:
    """Return those claims whose leases were not claimed earlier."""
    earlier = {claim.lease for claim in ready}
    return [claim for claim in claims if claim.lease not in earlier]


def give_back(desk: Desk, claims: Sequence[Claim]) -> None:
    """Return what was asked for on the spot and not used; units leased ahead stay with the till."""
    for claim in claims:
        if claim.by is By.ONLINE and desk.spot is not None:
            desk.spot.release(claim.lease)
            desk.committed()


def overall(claims: Sequence[Claim]) -> By:
    """Name what a use stands on as a whole: its weakest part."""
    return next(
        (by for by in (By.RISK, By.ONLINE, By.LEASE) if any(claim.by is by for claim in claims)), By.CACHE
    )


def _claim(desk: Desk, need: Need, taken: Mapping[UUID, int]) -> tuple[Claim, ...] | Denied:
    """Take what is held here, and ask for the rest. The office's refusal stands; its silence may be a risk."""
    held = () if need.sale_bound else _held(desk, need, taken)
    missing = need.units - sum(claim.units for claim in held)
    if missing == 0:
        return held
    reply = None
    if desk.spot is not None:
        reply = desk.spot.ask(need.kind, need.subject, need.guest, units=missing, sale_bound=need.sale_bound)
    if reply is None:
        return _at_risk(desk, need, taken) or _refuse_offline(need)
    if reply.grant is None and reply.reason == Reason.NEEDS_GUEST and need.guest:
        # The office has not heard of a guest who registered here a moment ago: they have the risk, or nothing.
        return _at_risk(desk, need, taken) or _refuse_offline(need)
    asked = _granted(replace(need, units=missing), reply)
    return asked if isinstance(asked, Denied) else (*held, asked)


def _granted(need: Need, reply: LeaseReply) -> Claim | Denied:
    if reply.grant is None:
        params = tuple(sorted(reply.params.items()))
        reason = reply.reason or Reason.NEEDS_OFFICE
        return Denied(Verdict(outcome=Outcome.REFUSE, reason=reason, params=params), By.ONLINE)
    grant = read_canonical(reply.grant.body, Grant)
    return _claimed(need, grant.lease, units=need.units, by=By.ONLINE)


def _held(desk: Desk, need: Need, taken: Mapping[UUID, int]) -> tuple[Claim, ...]:
    """Put a need together from leases held here, as far as they go."""
    leases = desk.files.call(lambda: desk.till.journal.spendable(need.kind, need.subject, need.guest))
    claims: list[Claim] = []
    missing = need.units
    for lease in leases:
        units = min(missing, lease.left - taken.get(lease.lease, 0))
        if units > 0:
            claims.append(_claimed(need, lease.lease, units=units, by=By.LEASE))
            missing -= units
    return tuple(claims)


def _at_risk(desk: Desk, need: Need, taken: Mapping[UUID, int]) -> tuple[Claim, ...]:
    """Take one unit of the campaign's risk allowance, if this till has one and the code had not its share."""
    risk = need.risk
    if risk is None:
        return ()
    used = desk.files.call(lambda: desk.till.journal.unsettled_risk(risk.code))
    if used >= risk.per_code:
        return ()
    held = _held(desk, Need(kind=LimitKind.RISK, subject=risk.campaign), taken)
    return tuple(replace(claim, by=By.RISK) for claim in held)


def _of(ready: Sequence[Claim], need: Need) -> tuple[Claim, ...]:
    """Return what was claimed for this need earlier, no more than it takes; nothing if that is too little."""
    if need.risk is not None:
        at_risk = [one for one in ready if one.kind is LimitKind.RISK and one.subject == need.risk.campaign]
        if at_risk:
            return tuple(at_risk)
    claims: list[Claim] = []
    missing = need.units
    for one in ready:
        if missing and (one.kind, one.subject, one.guest) == (need.kind, need.subject, need.guest):
            claims.append(replace(one, units=min(missing, one.units)))
            missing -= claims[-1].units
    return () if missing else tuple(claims)


def _claimed(need: Need, lease: UUID, *, units: int, by: By) -> Claim:
    return Claim(kind=need.kind, subject=need.subject, guest=need.guest, lease=lease, units=units, by=by)


def _refuse_offline(need: Need) -> Denied:
    reason = Reason.ONLINE_ONLY_OFFLINE if need.sale_bound else Reason.NEEDS_OFFICE
    return Denied(Verdict(outcome=Outcome.REFUSE, reason=reason), By.CACHE)
