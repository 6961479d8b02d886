"""Which tills may take units of a campaign ahead."""

import asyncpg
import msgspec

from sync.central.schema.words import TillStatus
from sync.rules.campaign import Campaign, Policy

_AHEAD = (Policy.LEASED, Policy.ALLOW_WITH_RISK)


class Place(msgspec.Struct, frozen=True):
    """A till and where it stands."""

    till: int
    restaurant: int


async def active_places(connection: asyncpg.Connection, network_id: int) -> list[Place]:
    """Return every till of the network that is in use."""
    rows = await connection.fetch(
        "SELECT id, restaurant_id FROM tills WHERE network_id = $1 AND status = $2",
        network_id,
        TillStatus.ACTIVE.value,
    )
    return [Place(row["id"], row["restaurant_id"]) for row in rows]


def takers(campaign: Campaign, places: list[Place]) -> list[int]:
    """Return the tills that may hold units of a campaign ahead: none where each use needs the office."""
    if campaign.policy not in _AHEAD:
        return []
    return [
        place.till
        for place in places
        if (not campaign.restaurants or place.restaurant in campaign.restaurants)
        and (not campaign.tills or place.till in campaign.tills)
    ]
