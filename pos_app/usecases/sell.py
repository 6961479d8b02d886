"""A confirmed sale: every redemption, the sale and its receipt number in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from msgspec import Struct

from pos_app.usecases.claims import (
    Denied,
    claim_all,
    claim_points,
    give_back,
    needs_of,
    newly_claimed,
    overall,
)
from pos_app.usecases.desk import Desk
from pos_app.usecases.look_up import judged, note_attempt
from pos_app.usecases.paying_points import part_payment
from pos_app.usecases.price import price
from pos_app.usecases.record import record
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import Claim, CodeSeen, Given, LookUp, Priced, Sold
from pos_app.usecases.rewards_offer import reward_lines, taken_rewards
from pos_app.usecases.source import By
from sync.protocol.event import Spend
from sync.protocol.payloads import Payload, Redemption, Sale
from sync.rules.rewards import PartPayment
from sync.rules.sale import Line
from sync.rules.user_error import UserError
from sync.rules.verdict import Verdict
from sync.till.journal.entries import Committed, Entry


class _Use(Struct, frozen=True):
    """One code of the sale with the units that it will spend."""

    given: Given
    code: CodeSeen
    claims: tuple[Claim, ...]


def sell(
    desk: Desk,
    lines: Sequence[Line],
    look_ups: Sequence[LookUp],
    staff: int | None,
    *,
    points: int = 0,
    rewards: Sequence[int] = (),
) -> Sold:
    """Record a sale and return only after COMMIT. ``points`` of the guest pay a part of it.

    ``rewards`` of the catalogue (their ids) are taken for points; with nothing else on the bill no code is
    used, for it would be used for nothing.

    Raises ``UserError`` and writes no sale when the basket is empty, when a code that the cashier sees on
    the bill does not stand any more (its reason; the attempt is journaled), or when the till cannot write.
    """
    if not lines and not rewards:
        raise spoken_error("empty_sale", desk.language)
    if not lines:
        look_ups = [look for look in look_ups if look.guest is not None]
    # Before any unit is asked for: what could not be recorded must not begin.
    desk.files.call(desk.till.journal.check_free)
    priced = price(desk, lines, look_ups)
    if priced.left_out:
        first = priced.left_out[0]
        raise refusal(desk, first.look_up, first.verdict, staff)
    taken = taken_rewards(desk, priced.guest, rewards)
    dear = sum(reward.points for reward in taken)
    part = part_payment(desk, priced, points, spoken_for=dear)
    priced = replace(priced, lines=(*priced.lines, *reward_lines(taken)))
    part = PartPayment(points=part.points + dear, amount_minor=part.amount_minor)
    uses = _claim_uses(desk, priced, staff)
    paying = _claim_points(desk, priced, part, uses)
    sale, committed = desk.files.call(lambda: _write(desk, priced, uses, staff, part=part, paying=paying))
    desk.committed()
    return _sold(priced, sale, committed)


def refusal(
    desk: Desk, look: LookUp, verdict: Verdict, staff: int | None, *, by: By | None = None
) -> UserError:
    """Journal the attempt and make the error that says why the code does not stand on this bill."""
    refused = judged(desk, look, verdict, by=by)
    note_attempt(desk, refused, staff)
    return UserError(verdict.reason, refused.message, refused.advice)


def redemption_payload(
    desk: Desk,
    use: CodeSeen,
    given: Given,
    *,
    claims: Sequence[Claim],
    basket_minor: int | None,
    sale: UUID | None,
    guest: int | None,
) -> Redemption:
    """Make what the journal keeps of one use that spends these claims."""
    return Redemption(
        code_id=use.code.id,
        campaign_id=use.code.campaign_id,
        code_kind=str(use.code.kind),
        rules_version=given.verdict.rules_version,
        outcome=str(given.verdict.outcome),
        reason=given.verdict.reason,
        by=str(overall(claims)),
        source=str(given.look_up.source),
        basket_minor=basket_minor,
        currency=None if basket_minor is None else desk.identity.currency,
        discount_minor=given.verdict.discount_minor,
        points=given.verdict.points,
        guest_id=guest,
        sale=sale,
        override=_override(given),
    )


def spends(claims: Sequence[Claim]) -> tuple[Spend, ...]:
    """Turn claims into what the envelope says is taken from leases."""
    return tuple(Spend(claim.lease, claim.units) for claim in claims)


def _override(given: Given) -> UUID | None:
    """Return the manager's decision that a use stands on; a verdict that accepts by now needs none."""
    decided = given.look_up.decided
    return None if decided is None or given.verdict.accepted else decided.event


def _claim_uses(desk: Desk, priced: Priced, staff: int | None) -> list[_Use]:
    """Find the units of every code, those of one lease counted together."""
    uses: list[_Use] = []
    taken: dict[UUID, int] = {}
    for given in priced.given:
        subject = given.look_up.subject
        if not isinstance(subject, CodeSeen) or subject.campaign is None:
            continue
        needs = needs_of(subject.code, subject.campaign, priced.guest, given.verdict.discount_minor)
        # Two look-ups may have counted on the same unit of a lease that is held here: the second one looks again.
        ready = [claim for claim in given.look_up.claims if claim.by is By.ONLINE or claim.lease not in taken]
        claims = claim_all(desk, needs, ready=ready, taken=taken)
        if isinstance(claims, Denied):
            _give_back_new(desk, uses)
            raise refusal(desk, given.look_up, claims.verdict, staff, by=claims.by)
        for claim in claims:
            taken[claim.lease] = taken.get(claim.lease, 0) + claim.units
        uses.append(_Use(given, subject, claims))
    return uses


def _claim_points(desk: Desk, priced: Priced, part: PartPayment, uses: Sequence[_Use]) -> tuple[Claim, ...]:
    """Find the points that pay; the balance on the screen may be older than what the guest spent elsewhere."""
    if not part.points or priced.guest is None:
        return ()
    claims = claim_points(desk, priced.guest.id, part.points)
    if not isinstance(claims, Denied):
        return claims
    _give_back_new(desk, uses)
    said = spoken_error("points_denied" if claims.by is By.ONLINE else "points_out_of_reach", desk.language)
    raise UserError(claims.verdict.reason, said.sentence, said.advice)


def _give_back_new(desk: Desk, uses: Sequence[_Use]) -> None:
    for use in uses:
        give_back(desk, newly_claimed(use.claims, use.given.look_up.claims))


def _write(
    desk: Desk,
    priced: Priced,
    uses: Sequence[_Use],
    staff: int | None,
    *,
    part: PartPayment,
    paying: tuple[Claim, ...],
) -> tuple[Sale, list[Committed]]:
    """Write, on the files' thread: redemptions first, then the sale that names them, in one commit."""
    journal = desk.till.journal
    sale = journal.new_event_id()
    guest = priced.guest.id if priced.guest else None
    entries = [
        Entry(
            payload=redemption_payload(
                desk,
                use.code,
                use.given,
                claims=use.claims,
                basket_minor=priced.total_minor,
                sale=sale,
                guest=guest,
            ),
            staff=staff,
            spends=spends(use.claims),
            event=journal.new_event_id(),
        )
        for use in uses
    ]
    named = tuple(entry.event for entry in entries if entry.event is not None)
    made: list[Sale] = []
    payload = _sale(priced, named, part, made)
    entries.append(Entry(payload=payload, staff=staff, spends=spends(paying), event=sale))
    committed = record(journal, entries)
    return made[-1], committed


def _sale(
    priced: Priced, redemptions: tuple[UUID, ...], part: PartPayment, made: list[Sale]
) -> Callable[[int], Payload]:
    """Wait for the receipt number, which is taken inside the transaction; keep what was made of it."""

    def with_receipt(receipt: int) -> Payload:
        sale = Sale(
            receipt=receipt,
            currency=priced.currency,
            lines=priced.lines,
            total_minor=priced.total_minor,
            discount_minor=priced.discount_minor,
            paid_minor=priced.paid_minor,
            tier_discount_minor=priced.tier_discount_minor,
            points_earned=priced.points_earned,
            guest_id=priced.guest.id if priced.guest else None,
            tier=priced.guest.tier if priced.guest else None,
            vip=priced.vip,
            redemptions=redemptions,
            points_spent=part.points,
            points_paid_minor=part.amount_minor,
        )
        made.append(sale)
        return sale

    return with_receipt


def _sold(priced: Priced, sale: Sale, committed: Sequence[Committed]) -> Sold:
    last = committed[-1]
    return Sold(
        receipt=sale.receipt,
        event=last.event,
        seq=last.seq,
        at_ms=last.at_ms,
        currency=priced.currency,
        total_minor=priced.total_minor,
        discount_minor=priced.discount_minor,
        tier_discount_minor=priced.tier_discount_minor,
        paid_minor=priced.paid_minor,
        points_earned=priced.points_earned,
        vip=priced.vip,
        redemptions=sale.redemptions,
        lines=priced.lines,
        points_spent=sale.points_spent,
        points_paid_minor=sale.points_paid_minor,
    )
