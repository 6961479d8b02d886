"""The network's loyalty programme: its model, its tiers, what points are worth and who may give them by hand."""

from typing import Any

import asyncpg
import msgspec

from sync.central.schema.words import LoyaltyModel
from sync.central.services.audit import record_by
from sync.central.services.editing.versions import require_version, versioned
from sync.central.services.login import Person
from sync.central.services.networks import publish_settings
from sync.central.services.tiers.qualifying import TierRules
from sync.rules.fault import Faulty
from sync.rules.money import FULL_BP
from sync.rules.points_rules import PointsRules
from sync.rules.tier_faults import tier_faults
from sync.rules.tiers import Tier
from sync.rules.user_error import UserError

MAX_DAYS = 36_500


class LoyaltyView(msgspec.Struct, frozen=True, kw_only=True):
    """How the programme works now. ``version`` comes back with a change."""

    model: LoyaltyModel
    currency: str
    tiers: list[Tier]
    tier_rules: TierRules
    points: PointsRules
    version: int = 0


class LoyaltyChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. ``tiers`` are all tiers.

    A ``version`` that is not the programme's any more is refused.
    """

    model: LoyaltyModel | msgspec.UnsetType = msgspec.UNSET
    tiers: list[Tier] | msgspec.UnsetType = msgspec.UNSET
    tier_rules: TierRules | msgspec.UnsetType = msgspec.UNSET
    points: PointsRules | msgspec.UnsetType = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def read_loyalty(connection: asyncpg.Connection, network_id: int) -> LoyaltyView:
    """Return the network's programme."""
    row = await connection.fetchrow(
        "SELECT model, currency, tiers, tier_rules, points_rules FROM networks WHERE id = $1", network_id
    )
    view = LoyaltyView(
        model=LoyaltyModel(row["model"]),
        currency=row["currency"],
        tiers=msgspec.convert(row["tiers"], list[Tier]),
        tier_rules=msgspec.convert(row["tier_rules"], TierRules),
        points=msgspec.convert(row["points_rules"], PointsRules),
    )
    return versioned(view)


async def change_loyalty(
    connection: asyncpg.Connection, person: Person, change: LoyaltyChange
) -> LoyaltyView:
    """Change the programme and tell the tills; raises :class:`UserError` ``loyalty_unfit`` or ``tier_in_use``.

    Raises :class:`Refusal` ``conflict`` for a version that somebody else has changed.
    """
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", person.network)
    now = await read_loyalty(connection, person.network)
    require_version("programme", now, change)
    wanted = LoyaltyView(
        model=now.model if change.model is msgspec.UNSET else change.model,
        currency=now.currency,
        tiers=now.tiers if change.tiers is msgspec.UNSET else change.tiers,
        tier_rules=now.tier_rules if change.tier_rules is msgspec.UNSET else change.tier_rules,
        points=now.points if change.points is msgspec.UNSET else change.points,
    )
    _check(wanted)
    await _keep_used_tiers(connection, person.network, wanted.tiers)
    await connection.execute(
        "UPDATE networks SET model = $2, tiers = $3, tier_rules = $4, points_rules = $5 WHERE id = $1",
        person.network,
        wanted.model.value,
        msgspec.to_builtins(wanted.tiers),
        msgspec.to_builtins(wanted.tier_rules),
        msgspec.to_builtins(wanted.points),
    )
    await publish_settings(connection, person.network)
    detail: dict[str, Any] = {
        name: msgspec.to_builtins(getattr(change, name))
        for name in change.__struct_fields__
        if getattr(change, name) is not msgspec.UNSET
    }
    await record_by(connection, person, "loyalty.change", f"network:{person.network}", detail)
    return versioned(wanted)


def _check(wanted: LoyaltyView) -> None:
    faults = tier_faults(wanted.tiers)
    if faults:
        raise Faulty("loyalty_unfit", faults)
    points, window = wanted.points, wanted.tier_rules.window_days
    days = [each for each in (points.life_days, window) if each is not None]
    numbers = [points.most_bp, points.second_person_above, *(limit.points for limit in points.role_limits)]
    if (
        any(not 0 < day <= MAX_DAYS for day in days)
        or min(numbers) < 0
        or (points.point_value_minor or 0) < 0
        or points.most_bp > FULL_BP
    ):
        raise UserError(
            "loyalty_unfit",
            "A number of the programme does not fit.",
            f"Days are 1 to {MAX_DAYS}, shares 0 to 10000, and nothing is below 0.",
        )


async def _keep_used_tiers(connection: asyncpg.Connection, network_id: int, tiers: list[Tier]) -> None:
    """Refuse to take a tier away from the guests who are in it."""
    lost = await connection.fetchval(
        """SELECT tier FROM guests WHERE network_id = $1 AND merged_into IS NULL AND tier <> ALL ($2::text[])
        LIMIT 1""",
        network_id,
        [tier.name for tier in tiers],
    )
    if lost is not None:
        raise UserError(
            "tier_in_use",
            f"Guests are in the tier {lost}, which would be gone.",
            "Keep its name, or give these guests another tier first.",
        )
