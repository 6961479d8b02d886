"""One code, used at once: what the kiosk does, and what a screen does with a code that needs no bill."""

from pos_app.usecases.claims import Denied, claim_all, give_back, needs_of, overall
from pos_app.usecases.desk import Desk
from pos_app.usecases.look_up import judged, look_up, note_attempt
from pos_app.usecases.results import CodeSeen, Given, GuestSeen, LookUp, Redeemed
from pos_app.usecases.sell import redemption_payload, sell, spends
from pos_app.usecases.source import Source
from sync.rules.sale import Line
from sync.rules.verdict import Verdict
from sync.till.journal.entries import Committed, Entry


def redeem(
    desk: Desk,
    text: str,
    source: Source,
    *,
    amount_minor: int | None = None,
    check_only: bool = False,
    staff: int | None = None,
) -> Redeemed:
    """Judge a text and, if it is good, use it; the result is said only after COMMIT.

    ``amount_minor`` is the bill that it is used on. A guest's card with an amount is a sale with the
    tier's benefit; without one there is nothing to write. ``check_only`` uses and writes nothing.
    """
    lines = () if amount_minor is None else (Line(amount_minor=amount_minor),)
    look = look_up(desk, text, source, lines=lines, take=not check_only)
    if check_only:
        return _said(desk, look, None)
    if not look.accepted:
        return refuse(desk, look, staff)
    if isinstance(look.subject, GuestSeen):
        return _card(desk, look, lines, staff)
    return use(desk, look, amount_minor=amount_minor, staff=staff)


def refuse(desk: Desk, look: LookUp, staff: int | None) -> Redeemed:
    """Journal what was not accepted, and say so."""
    return _said(desk, look, note_attempt(desk, look, staff))


def use(desk: Desk, look: LookUp, *, amount_minor: int | None, staff: int | None) -> Redeemed:
    """Commit the redemption of a code that was accepted, spending what it claimed."""
    subject = look.subject
    if not isinstance(subject, CodeSeen) or subject.campaign is None:
        return refuse(desk, look, staff)
    desk.files.call(desk.till.journal.check_free)
    needs = needs_of(subject.code, subject.campaign, None, look.verdict.discount_minor)
    claims = claim_all(desk, needs, ready=look.claims)
    if isinstance(claims, Denied):
        give_back(desk, look.claims)
        return refuse(desk, judged(desk, look, claims.verdict, by=claims.by), staff)
    payload = redemption_payload(
        desk,
        subject,
        Given(look_up=look, verdict=look.verdict, message=look.message),
        claims=claims,
        basket_minor=amount_minor,
        sale=None,
        guest=None,
    )
    committed = desk.commit([Entry(payload=payload, staff=staff, spends=spends(claims))])[0]
    return _said(desk, judged(desk, look, look.verdict, by=overall(claims)), committed)


def _card(desk: Desk, look: LookUp, lines: tuple[Line, ...], staff: int | None) -> Redeemed:
    if not lines:
        return _said(desk, look, None)
    sold = sell(desk, lines, [look], staff)
    return Redeemed(
        verdict=Verdict(
            outcome=look.outcome,
            reason=look.reason,
            discount_minor=sold.discount_minor,
            points=sold.points_earned,
        ),
        headline=look.headline,
        message=look.message,
        advice=look.advice,
        by=look.by,
        event=sold.event,
        seq=sold.seq,
        at_ms=sold.at_ms,
        gives=look.gives,
    )


def _said(desk: Desk, look: LookUp, committed: Committed | None) -> Redeemed:
    return Redeemed(
        verdict=look.verdict,
        headline=look.headline,
        message=look.message,
        advice=look.advice,
        by=look.by,
        event=committed.event if committed else None,
        seq=committed.seq if committed else None,
        at_ms=committed.at_ms if committed else desk.till.time.now().at_ms,
        gives=look.gives,
    )
