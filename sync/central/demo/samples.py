"""A handful of texts to scan, each with what the till will say; the rules themselves say it."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from sync.central.services.codes import NewCode
from sync.central.services.feed_rows import to_ms
from sync.central.services.guests import CreatedGuest, NewGuest
from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.evaluate import evaluate
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.sale import Basket, Guest, Place
from sync.rules.verdict import Outcome

UNKNOWN_TEXT = "NOT-OURS-4711"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A text to scan. ``expected`` is ``accept``, ``refuse`` or ``sign_in``; ``reason`` says why.

    ``after`` is the text of a card that is scanned before, None for nobody.
    """

    kind: str
    text: str
    name: str
    expected: str
    reason: str
    after: str | None = None


class MadeGuest(NamedTuple):
    """A guest of the demo, with the text of the card."""

    new: NewGuest
    created: CreatedGuest


def code_samples(
    made: tuple[int, NewCode], campaign: Campaign, guest: MadeGuest, now: datetime, here: Place
) -> list[Sample]:
    """Say what a till at ``here`` answers to a code now, before an amount is entered.

    Where nobody's card is not enough, a second sample says what follows a guest's card.
    """
    alone = _code_sample(made, campaign, None, now, here)
    return (
        [alone, _code_sample(made, campaign, guest, now, here)]
        if alone.reason == Reason.NEEDS_GUEST
        else [alone]
    )


def _code_sample(
    made: tuple[int, NewCode], campaign: Campaign, guest: MadeGuest | None, now: datetime, here: Place
) -> Sample:
    code_id, new = made
    code = Code(
        id=code_id,
        campaign_id=campaign.id,
        kind=campaign.kind,
        max_uses=new.max_uses,
        expires_at_ms=to_ms(new.expires_at),
        holder_guest_id=new.holder_guest_id,
        beneficiary_id=new.beneficiary_id,
        home_restaurant_id=new.home_restaurant_id,
    )
    moment = Moment(at_ms=to_ms(now) or 0, zone="Europe/Berlin")
    basket = Basket(currency=campaign.currency, known=False)
    known = None
    if guest is not None:
        known = Guest(id=guest.created.guest_id, tier=guest.new.tier, purchases=guest.new.purchases)
    verdict = evaluate(code, campaign, known, basket, moment, here)
    return Sample(
        kind=campaign.kind.value,
        text=new.code,
        name=campaign.name,
        expected=verdict.outcome.value,
        reason=verdict.reason,
        after=guest.created.card if guest else None,
    )


def card_samples(guests: list[MadeGuest], digits: str) -> list[Sample]:
    """Return the card of the first guest of each tier, and six digits of the very first, good for minutes."""
    first: dict[str, MadeGuest] = {}
    for guest in guests:
        first.setdefault(guest.new.tier, guest)
    cards = [_card(guest, "CARD", guest.created.card) for guest in first.values()]
    return [*cards, _card(guests[0], "DIGITS", digits)]


def badge_sample(name: str, badge: str) -> Sample:
    """Return a badge, which signs a person in."""
    return Sample(kind="BADGE", text=badge, name=name, expected="sign_in", reason="badge")


def unknown_sample() -> Sample:
    """Return a text that no network of the demo knows."""
    return Sample(
        kind="UNKNOWN",
        text=UNKNOWN_TEXT,
        name="A code of somebody else",
        expected=Outcome.REFUSE.value,
        reason=Reason.UNKNOWN_CODE.value,
    )


def _card(guest: MadeGuest, kind: str, text: str) -> Sample:
    return Sample(
        kind=kind,
        text=text,
        name=f"{guest.new.name}, {guest.new.tier}",
        expected=Outcome.ACCEPT.value,
        reason=Reason.CARD_OK.value,
    )
