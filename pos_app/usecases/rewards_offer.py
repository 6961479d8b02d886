"""Rewards of the catalogue: what a guest could take for points, and taking it with a sale."""

from collections.abc import Sequence

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.refusals import spoken_error
from sync.protocol.payloads import SaleLine
from sync.rules.explain import explain
from sync.rules.rewards import Reward, judge_reward
from sync.rules.sale import Guest
from sync.rules.user_error import UserError
from sync.rules.verdict import Verdict


class RewardOffer(Struct, frozen=True, kw_only=True):
    """A reward of the catalogue, and whether this guest may take it now (by the balance that is known here)."""

    reward: Reward
    verdict: Verdict


def rewards_offer(desk: Desk, guest: Guest | None) -> tuple[RewardOffer, ...]:
    """List the active rewards: those that the guest may take first, then the others with their reason."""
    settings = desk.settings()
    rewards = [one for one in settings.rewards if one.active] if settings is not None else []
    moment = desk.till.time.now()
    offers = [
        RewardOffer(reward=one, verdict=judge_reward(one, guest, moment, desk.identity.zone))
        for one in rewards
    ]
    return tuple(
        sorted(offers, key=lambda offer: (not offer.verdict.accepted, offer.reward.points, offer.reward.id))
    )


def taken_rewards(desk: Desk, guest: Guest | None, ids: Sequence[int]) -> tuple[Reward, ...]:
    """Return the rewards that a sale takes, each as often as it is named.

    Raises ``UserError`` with the reason of the rules when one may not be taken, ``reward_unknown`` when the
    office has withdrawn it, or ``not_enough_points`` when the guest has too few for all of them.
    """
    if not ids:
        return ()
    offers = {offer.reward.id: offer for offer in rewards_offer(desk, guest)}
    taken: list[Reward] = []
    for one in ids:
        offer = offers.get(one)
        if offer is None:
            raise spoken_error("reward_unknown", desk.language)
        if not offer.verdict.accepted:
            said = explain(offer.verdict.reason, offer.verdict.params, desk.language)
            raise UserError(offer.verdict.reason, said.sentence, said.advice)
        taken.append(offer.reward)
    if guest is None or sum(reward.points for reward in taken) > guest.points:
        raise spoken_error("rewards_too_dear", desk.language)
    return tuple(taken)


def reward_lines(rewards: Sequence[Reward]) -> tuple[SaleLine, ...]:
    """Write the rewards as lines of the sale that cost no money."""
    return tuple(SaleLine(amount_minor=0, item=one.item, reward=one.id, points=one.points) for one in rewards)
