"""Lists for the shift manager: sales with what went back of them, failed attempts, points given by hand."""

from collections import defaultdict
from uuid import UUID

from pos_app.usecases.desk import Desk
from pos_app.usecases.managers import names_of, role_of
from pos_app.usecases.shift_results import AttemptSeen, CreditEntry, CreditLimits, SaleEntry
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Attempt, PointsAdjusted, Refund, Sale, Void
from sync.rules.explain import explain
from sync.rules.points_rules import PointsRules
from sync.rules.verdict import Outcome
from sync.till.journal.entries import Recent

MAX_LISTED = 500


def recent_sales(desk: Desk, limit: int = MAX_LISTED) -> list[SaleEntry]:
    """Return this till's newest sales, the newest first, with what of each went back here.

    What undid a sale was recorded after it, so that it is found among the same newest events.
    """
    kinds = (Sale.KIND, Void.KIND, Refund.KIND)
    found = desk.files.call(lambda: desk.till.journal.recent_of(min(limit, MAX_LISTED), kinds))
    names = names_of(desk)
    back: defaultdict[UUID, int] = defaultdict(int)
    voided: set[UUID] = set()
    for each in found:
        if isinstance(each.payload, Void | Refund):
            back[each.payload.original] += each.payload.amount_minor
        if isinstance(each.payload, Void):
            voided.add(each.payload.original)
    return [
        _sale(each, each.payload, names, back[each.committed.event], each.committed.event in voided)
        for each in found
        if isinstance(each.payload, Sale)
    ]


def failed_attempts(desk: Desk, limit: int = MAX_LISTED) -> list[AttemptSeen]:
    """Return what was not accepted lately, the newest first, each with its reason in words."""
    found = desk.files.call(lambda: desk.till.journal.recent_of(min(limit, MAX_LISTED), (Attempt.KIND,)))
    names = names_of(desk)
    return [
        AttemptSeen(
            at_ms=each.committed.at_ms,
            reason=each.payload.reason,
            sentence=explain(each.payload.reason, (), desk.language).sentence,
            source=each.payload.source,
            staff=names.get(each.staff or 0, ""),
            asked=each.payload.outcome == Outcome.ASK,
        )
        for each in found
        if isinstance(each.payload, Attempt)
    ]


def credits_by_hand(desk: Desk, limit: int = MAX_LISTED, *, guest_id: int | None = None) -> list[CreditEntry]:
    """Return this till's newest credits and debits by hand, the newest first; of one guest where named."""
    found = desk.files.call(
        lambda: desk.till.journal.recent_of(min(limit, MAX_LISTED), (PointsAdjusted.KIND,))
    )
    names = names_of(desk)
    guests: dict[int, str] = {}

    def name(guest: int) -> str:
        if guest not in guests:
            row = desk.files.call(lambda: desk.till.cache.guest(guest))
            guests[guest] = "" if row is None else row.name
        return guests[guest]

    return [
        CreditEntry(
            at_ms=each.committed.at_ms,
            guest_id=each.payload.guest_id,
            guest=name(each.payload.guest_id),
            points=each.payload.points,
            reason=each.payload.reason,
            note=each.payload.note,
            staff=names.get(each.staff or 0, ""),
            approved_by=names.get(each.payload.approved_by or 0, ""),
            settled=each.settled,
        )
        for each in found
        if isinstance(each.payload, PointsAdjusted) and guest_id in {None, each.payload.guest_id}
    ]


def credit_limits(desk: Desk, staff: int | None) -> CreditLimits:
    """Say how many points may be given by hand now."""
    settings = desk.settings()
    rules = settings.points if settings is not None else PointsRules()
    place = desk.identity.restaurant
    leases = desk.files.call(lambda: desk.till.journal.spendable(LimitKind.CREDIT, place))
    return CreditLimits(
        mine=0 if staff is None else rules.most_by_hand(role_of(desk, staff)),
        second_above=rules.second_person_above,
        leased=sum(held.left for held in leases),
    )


def _sale(each: Recent, sale: Sale, names: dict[int, str], back_minor: int, voided: bool) -> SaleEntry:  # noqa: FBT001 - one caller, above
    return SaleEntry(
        event=each.committed.event,
        receipt=sale.receipt,
        at_ms=each.committed.at_ms,
        currency=sale.currency,
        staff=names.get(each.staff or 0, ""),
        total_minor=sale.total_minor,
        discount_minor=sale.discount_minor,
        paid_minor=sale.paid_minor,
        points_spent=sale.points_spent,
        points_paid_minor=sale.points_paid_minor,
        points_earned=sale.points_earned,
        vip=sale.vip,
        codes=len(sale.redemptions),
        guest_id=sale.guest_id,
        lines=sale.lines,
        settled=each.settled,
        back_minor=back_minor,
        voided=voided,
    )
