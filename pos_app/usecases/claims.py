"""Which units a use needs, and where they come from: a lease held here, else the office's word.

A till spends only from leases that are stored durably (DESIGN 7). Claiming takes nothing yet: the units
are spent in the transaction of the redemption.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

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
from sync.till.journal.held import HeldLease


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Units of one limit that one use takes. ``sale_bound`` limits are never leased ahead."""

    kind: LimitKind
    subject: int
    guest: int = 0
    units: int = 1
    sale_bound: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """No unit was to be had: what the cashier is told, and who said so (the office, or this till alone)."""

    verdict: Verdict
    by: By


def needs_of(code: Code, campaign: Campaign, guest: Guest | None, discount_minor: int) -> tuple[Need, ...]:
    """List the limits that a use takes from; empty for an unlimited code of an unlimited campaign.

    The budget is taken only once the discount is known (minor units).
    """
    bound = campaign.policy is Policy.ONLINE_ONLY
    needs: list[Need] = []
    if code.max_uses is not None:
        needs.append(Need(kind=LimitKind.USES, subject=code.id, sale_bound=bound))
    if campaign.max_uses_per_guest is not None and guest is not None:
        needs.append(Need(kind=LimitKind.GUEST_USES, subject=campaign.id, guest=guest.id, sale_bound=bound))
    if campaign.budget_minor is not None and discount_minor > 0:
        needs.append(Need(kind=LimitKind.BUDGET, subject=campaign.id, units=discount_minor, sale_bound=bound))
    return tuple(needs)


def claim_all(
    desk: Desk, needs: Sequence[Need], *, ready: Sequence[Claim] = (), taken: Mapping[UUID, int] | None = None
) -> tuple[Claim, ...] | Denied:
    """Find units for every need, or the refusal that says which limit stands in the way.

    ``ready`` are claims made earlier for the same use; ``taken`` what other codes of the same bill will
    spend of a lease. When one need fails, what was asked on the spot for the others goes back at once.
    """
    claims: list[Claim] = []
    for need in needs:
        known = next((one for one in ready if _serves(one, need)), None)
        found = known or _claim(desk, need, taken or {})
        if isinstance(found, Denied):
            give_back(desk, [claim for claim in claims if claim not in ready])
            return found
        claims.append(found)
    return tuple(claims)


def foresee(desk: Desk, needs: Sequence[Need]) -> By | Denied:
    """Say what a use would stand on, without taking anything and without asking the office."""
    by = By.CACHE
    for need in needs:
        if not need.sale_bound and _held(desk, need, {}) is not None:
            by = By.LEASE if by is By.CACHE else by
        elif desk.spot is None:
            return _refuse_offline(need)
        else:
            by = By.ONLINE
    return by


def give_back(desk: Desk, claims: Sequence[Claim]) -> None:
    """Return what was asked for on the spot and not used; units leased ahead stay with the till."""
    for claim in claims:
        if claim.by is By.ONLINE and desk.spot is not None:
            desk.spot.release(claim.lease)
            desk.committed()


def overall(claims: Sequence[Claim]) -> By:
    """Name what a use stands on as a whole: the office's word, if any part of it needed that."""
    if not claims:
        return By.CACHE
    return By.ONLINE if any(claim.by is By.ONLINE for claim in claims) else By.LEASE


def _claim(desk: Desk, need: Need, taken: Mapping[UUID, int]) -> Claim | Denied:
    if not need.sale_bound:
        held = _held(desk, need, taken)
        if held is not None:
            return Claim(
                kind=need.kind,
                subject=need.subject,
                guest=need.guest,
                lease=held.lease,
                units=need.units,
                by=By.LEASE,
            )
    if desk.spot is None:
        return _refuse_offline(need)
    reply = desk.spot.ask(need.kind, need.subject, need.guest, units=need.units, sale_bound=need.sale_bound)
    if reply is None:
        return _refuse_offline(need)
    return _granted(need, reply)


def _granted(need: Need, reply: LeaseReply) -> Claim | Denied:
    if reply.grant is None:
        params = tuple(sorted(reply.params.items()))
        reason = reply.reason or Reason.NEEDS_OFFICE
        return Denied(Verdict(outcome=Outcome.REFUSE, reason=reason, params=params), By.ONLINE)
    grant = read_canonical(reply.grant.body, Grant)
    return Claim(
        kind=need.kind,
        subject=need.subject,
        guest=need.guest,
        lease=grant.lease,
        units=need.units,
        by=By.ONLINE,
    )


def _held(desk: Desk, need: Need, taken: Mapping[UUID, int]) -> HeldLease | None:
    held = desk.files.call(lambda: desk.till.journal.held(need.kind, need.subject, need.guest))
    if held is None or held.sale_bound or held.left - taken.get(held.lease, 0) < need.units:
        return None
    return held


def _serves(claim: Claim, need: Need) -> bool:
    return (claim.kind, claim.subject, claim.guest) == (need.kind, need.subject, need.guest) and (
        claim.units >= need.units
    )


def _refuse_offline(need: Need) -> Denied:
    reason = Reason.ONLINE_ONLY_OFFLINE if need.sale_bound else Reason.NEEDS_OFFICE
    return Denied(Verdict(outcome=Outcome.REFUSE, reason=reason), By.CACHE)
