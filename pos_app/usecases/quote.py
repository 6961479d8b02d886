"""Everything that a bill could still become, asked for at once: its price, and what the guest may choose."""

from collections.abc import Sequence

from msgspec import Struct

from pos_app.usecases.best_choice import Better, better_choice
from pos_app.usecases.desk import Desk
from pos_app.usecases.look_up import look_up_carried
from pos_app.usecases.paying_points import points_offer
from pos_app.usecases.price import price
from pos_app.usecases.results import LookUp, Priced
from pos_app.usecases.rewards_offer import RewardOffer, rewards_offer
from sync.rules.rewards import PartPayment, Reward
from sync.rules.sale import Guest, Line

NO_PAYMENT = PartPayment()
MAX_CARRIED = 50
"""Vouchers of a wallet that are looked at; the office lets nobody carry more."""


class Quote(Struct, frozen=True, kw_only=True):
    """A priced bill with its choices.

    ``paying`` is what the wished points pay (never more than can), ``most`` what points could pay at most,
    ``better`` a choice of codes that gives more, ``rewards`` the catalogue for this guest,
    ``carried`` the vouchers of the guest's wallet that would apply to this bill now and do not stand on it.
    """

    priced: Priced
    paying: PartPayment = NO_PAYMENT
    most: PartPayment = NO_PAYMENT
    better: Better | None = None
    rewards: tuple[RewardOffer, ...] = ()
    carried: tuple[LookUp, ...] = ()

    @property
    def money_minor(self) -> int:
        """What is left to pay in money."""
        return self.priced.paid_minor - self.paying.amount_minor


def quote(
    desk: Desk,
    lines: Sequence[Line],
    look_ups: Sequence[LookUp],
    *,
    points: int = 0,
    rewards: Sequence[Reward] = (),
) -> Quote:
    """Price a bill and say what else could be done with it; writes and claims nothing.

    Raises ``UserError`` ``two_guests`` when cards of two guests were scanned.
    """
    priced = price(desk, lines, look_ups)
    spoken_for = sum(reward.points for reward in rewards)
    most = points_offer(desk, priced, spoken_for=spoken_for)
    pays = min(points, most.points)
    paying = PartPayment(points=pays, amount_minor=most.amount_minor // most.points * pays if pays else 0)
    return Quote(
        priced=priced,
        paying=paying,
        most=most,
        better=better_choice(desk, lines, look_ups, priced),
        rewards=rewards_offer(desk, priced.guest) if priced.guest is not None else (),
        carried=carried_now(desk, lines, look_ups, priced.guest),
    )


def carried_now(
    desk: Desk, lines: Sequence[Line], look_ups: Sequence[LookUp], guest: Guest | None
) -> tuple[LookUp, ...]:
    """Look through the guest's wallet, in the guest's own order; claims nothing and asks nobody."""
    if guest is None:
        return ()
    row = desk.files.call(lambda: desk.till.cache.guest(guest.id))
    here = {look.code.id for look in look_ups if look.code is not None}
    wanted = [code_id for code_id in (row.wallet if row is not None else ()) if code_id not in here]
    looks = [
        look_up_carried(desk, code_id, lines=lines, guest=guest, take=False)
        for code_id in wanted[:MAX_CARRIED]
    ]
    return tuple(look for look in looks if look is not None and look.accepted)
