"""Rewards of the catalogue, and paying a part of the bill with points."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.rules.local_time import parse_day
from sync.rules.moment import Moment
from sync.rules.money import FULL_BP
from sync.rules.reasons import Reason
from sync.rules.sale import Guest
from sync.rules.verdict import Outcome, Verdict
from sync.rules.windows import Answer, judge_dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """One thing that points buy. ``item`` is the catalogue's identifier of what is handed over."""

    id: int
    name: str
    points: int
    item: str | None = None
    active: bool = True
    tiers: tuple[str, ...] = ()
    starts_on: str | None = None
    ends_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPayment:
    """Points that pay a part of a bill, and what they are worth there (minor units)."""

    points: int = 0
    amount_minor: int = 0


def judge_reward(reward: Reward, guest: Guest | None, moment: Moment, zone: str | None = None) -> Verdict:
    """Say whether a guest may take a reward now; ``points`` of the verdict is what it takes, below zero.

    The balance is what is known here; that no point is spent twice is the lease's business.
    """
    refusal = _refusal(reward, guest)
    if refusal is not None:
        return refusal
    try:
        return _timed(reward, moment, zone or moment.zone)
    except (LookupError, ValueError) as error:
        # A day or zone that cannot be read is the reward's fault; it refuses itself and nothing else.
        return _refuse(Reason.CAMPAIGN_BROKEN, field=str(error))


def affordable(rewards: Sequence[Reward], guest: Guest, moment: Moment) -> list[Reward]:
    """List what a guest may take now, the dearest first."""
    good = [reward for reward in rewards if judge_reward(reward, guest, moment).accepted]
    return sorted(good, key=lambda reward: (-reward.points, reward.id))


def pay_with_points(
    *, wanted: int | None, balance: int, due_minor: int, point_value_minor: int, most_bp: int = FULL_BP
) -> PartPayment:
    """Say how many points pay how much of a bill.

    ``wanted`` is what the guest offers (None: as many as possible); ``point_value_minor`` what one point
    is worth; ``most_bp`` the largest part of the bill that points may pay. Only whole points are taken,
    never more than there are, and never more than the bill.
    """
    if point_value_minor <= 0:
        return PartPayment()
    payable = max(0, due_minor) * min(max(0, most_bp), FULL_BP) // FULL_BP
    points = min(max(0, balance), payable // point_value_minor)
    if wanted is not None:
        points = min(points, max(0, wanted))
    return PartPayment(points=points, amount_minor=points * point_value_minor)


def _refusal(reward: Reward, guest: Guest | None) -> Verdict | None:
    if not reward.active:
        return _refuse(Reason.INACTIVE)
    if guest is None:
        return _refuse(Reason.NEEDS_GUEST)
    if guest.blocked:
        return _refuse(Reason.GUEST_BLOCKED)
    if reward.tiers and guest.tier not in reward.tiers:
        return _refuse(Reason.WRONG_TIER, tier=guest.tier, tiers=", ".join(reward.tiers))
    if guest.points < reward.points:
        return _refuse(Reason.NOT_ENOUGH_POINTS, needed=str(reward.points), balance=str(guest.points))
    return None


def _timed(reward: Reward, moment: Moment, zone: str) -> Verdict:
    starts_on = None if reward.starts_on is None else parse_day(reward.starts_on)
    ends_on = None if reward.ends_on is None else parse_day(reward.ends_on)
    answer = judge_dates(starts_on, ends_on, zone, moment)
    if answer is Answer.BEFORE:
        return _refuse(Reason.NOT_STARTED, starts=str(reward.starts_on))
    if answer is Answer.AFTER:
        return _refuse(Reason.ENDED, ends=str(reward.ends_on))
    if answer is Answer.DOUBT:
        return Verdict(outcome=Outcome.ASK, reason=Reason.CLOCK_IN_DOUBT, points=-reward.points)
    return Verdict(outcome=Outcome.ACCEPT, reason=Reason.OK, points=-reward.points)


def _refuse(reason: Reason, **params: str) -> Verdict:
    return Verdict(outcome=Outcome.REFUSE, reason=reason, params=tuple(sorted(params.items())))
