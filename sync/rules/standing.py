"""Moving between tiers: up at once, down only at a review and after a grace, with every step on record."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.rules.local_time import DAY_MS
from sync.rules.tiers import Tier

GRACE_MS = 30 * DAY_MS
"""How long a guest who no longer qualifies keeps the tier after the review that found it."""


class Cause(StrEnum):
    """Why a tier changed."""

    JOINED = "joined"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    GRANT = "grant"
    GRANT_ENDED = "grant_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChange:
    """One step, for the history. ``before`` is None for the first."""

    at_ms: int
    before: str | None
    after: str
    cause: Cause
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A guest's tier. ``warned_ms`` is the review that found it no longer deserved.

    ``granted_until_ms`` is set while the tier is a gift (a tier grant) that outlasts reviews.
    """

    tier: str
    since_ms: int
    warned_ms: int | None = None
    granted_until_ms: int | None = None
    history: tuple[TierChange, ...] = ()


def deserved_tier(points: int, tiers: Sequence[Tier]) -> Tier:
    """Return the highest tier that so many qualifying points reach; the lowest for too few.

    Raises ``ValueError`` where there are no tiers.
    """
    ladder = sorted(tiers, key=lambda tier: tier.from_points)
    if not ladder:
        msg = "a network has at least one tier"
        raise ValueError(msg)
    return next((tier for tier in reversed(ladder) if points >= tier.from_points), ladder[0])


def join(points: int, tiers: Sequence[Tier], at_ms: int) -> Standing:
    """Begin a guest's history."""
    tier = deserved_tier(points, tiers).name
    change = TierChange(at_ms=at_ms, before=None, after=tier, cause=Cause.JOINED, points=points)
    return Standing(tier=tier, since_ms=at_ms, history=(change,))


def after_purchase(standing: Standing, points: int, tiers: Sequence[Tier], at_ms: int) -> Standing:
    """Upgrade at once when the qualifying points reach a higher tier; never downgrade here."""
    deserved = deserved_tier(points, tiers)
    rank, deserved_rank = _rank(standing.tier, tiers), _rank(deserved.name, tiers)
    if deserved_rank > rank:
        return _changed(standing, deserved.name, Cause.UPGRADE, points, at_ms)
    if deserved_rank == rank and standing.warned_ms is not None:
        return dataclasses.replace(standing, warned_ms=None)
    return standing


def grant(
    standing: Standing, tier: str, tiers: Sequence[Tier], *, until_ms: int | None, points: int, at_ms: int
) -> Standing:
    """Give a tier as a gift, until an instant, or (None) until reviews and grace take it back.

    A gift of a tier that is not higher changes nothing. Raises ``ValueError`` for a tier there is not.
    """
    if _rank(tier, tiers) < 0:
        msg = f"there is no tier {tier}"
        raise ValueError(msg)
    if _rank(tier, tiers) <= _rank(standing.tier, tiers):
        return standing
    changed = _changed(standing, tier, Cause.GRANT, points, at_ms)
    return dataclasses.replace(changed, granted_until_ms=until_ms)


def review(
    standing: Standing, points: int, tiers: Sequence[Tier], at_ms: int, grace_ms: int = GRACE_MS
) -> Standing:
    """Review a guest with the qualifying points of the period.

    Too few points warn first; a review after the grace then brings the deserved tier. A gift is left
    alone until it ends, and its end needs no grace. A tier that the network no longer has counts as below
    every other.
    """
    standing = after_purchase(standing, points, tiers, at_ms)
    deserved = deserved_tier(points, tiers)
    if _rank(deserved.name, tiers) >= _rank(standing.tier, tiers):
        return standing
    if standing.granted_until_ms is not None:
        if at_ms < standing.granted_until_ms:
            return standing
        return _changed(standing, deserved.name, Cause.GRANT_ENDED, points, at_ms)
    if standing.warned_ms is None:
        return dataclasses.replace(standing, warned_ms=at_ms)
    if at_ms - standing.warned_ms < grace_ms:
        return standing
    return _changed(standing, deserved.name, Cause.DOWNGRADE, points, at_ms)


def _rank(name: str, tiers: Sequence[Tier]) -> int:
    ladder = [tier.name for tier in sorted(tiers, key=lambda tier: tier.from_points)]
    return ladder.index(name) if name in ladder else -1


def _changed(standing: Standing, tier: str, cause: Cause, points: int, at_ms: int) -> Standing:
    change = TierChange(at_ms=at_ms, before=standing.tier, after=tier, cause=cause, points=points)
    return Standing(tier=tier, since_ms=at_ms, history=(*standing.history, change))
