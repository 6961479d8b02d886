"""A network's newest sales and redemptions, for the page that shows that what tills did has arrived."""

from datetime import datetime
from uuid import UUID

import msgspec

from sync.central.database import Database

MAX_SHOWN = 50


class LatestSale(msgspec.Struct, frozen=True, kw_only=True):
    """A sale as it is shown; amounts in minor units of its currency."""

    event: UUID
    at: datetime
    restaurant: str
    till: str
    receipt: int
    currency: str
    total_minor: int
    discount_minor: int
    paid_minor: int
    vip: bool


class LatestRedemption(msgspec.Struct, frozen=True, kw_only=True):
    """A use of a code as it is shown. The code's text is not: the name tells which it was."""

    event: UUID
    at: datetime
    restaurant: str
    till: str
    kind: str
    code_id: int
    name: str
    campaign: str
    uses: int
    max_uses: int | None
    by: str
    source: str


class Latest(msgspec.Struct, frozen=True, kw_only=True):
    """What one network's tills did last, newest first."""

    network: str
    zone: str
    server_at: datetime
    sales: tuple[LatestSale, ...]
    redemptions: tuple[LatestRedemption, ...]
    open_cases: int


async def read_latest(database: Database, network_id: int) -> Latest:
    """Read the newest ``MAX_SHOWN`` sales and redemptions from one state."""
    async with database.network_transaction(network_id, repeatable_read=True) as connection:
        head = await connection.fetchrow(
            """SELECT name, zone, now() AS at,
                (SELECT count(*) FROM cases WHERE network_id = $1 AND closed_at IS NULL) AS cases
            FROM networks WHERE id = $1""",
            network_id,
        )
        sales = await connection.fetch(
            """SELECT s.event, s.at, r.name AS restaurant, t.name AS till, s.receipt, s.currency, s.total_minor,
                s.discount_minor, s.paid_minor, s.vip
            FROM sales s
            JOIN restaurants r ON r.network_id = $1 AND r.id = s.restaurant_id
            JOIN tills t ON t.network_id = $1 AND t.id = s.till_id
            WHERE s.network_id = $1 ORDER BY s.at DESC, s.event DESC LIMIT $2""",
            network_id,
            MAX_SHOWN,
        )
        redemptions = await connection.fetch(
            """SELECT u.event, u.at, COALESCE(r.name, '') AS restaurant, COALESCE(t.name, '') AS till, c.kind,
                c.id AS code_id, c.name, p.name AS campaign, c.uses, c.max_uses, u.by, u.source
            FROM redemptions u
            LEFT JOIN restaurants r ON r.network_id = $1 AND r.id = u.restaurant_id
            LEFT JOIN tills t ON t.network_id = $1 AND t.id = u.till_id
            JOIN codes c ON c.network_id = $1 AND c.id = u.code_id
            JOIN campaigns p ON p.network_id = $1 AND p.id = c.campaign_id
            WHERE u.network_id = $1 ORDER BY u.at DESC, u.event DESC LIMIT $2""",
            network_id,
            MAX_SHOWN,
        )
    return Latest(
        network=head["name"],
        zone=head["zone"],
        server_at=head["at"],
        sales=tuple(LatestSale(**sale) for sale in sales),
        redemptions=tuple(LatestRedemption(**redemption) for redemption in redemptions),
        open_cases=head["cases"],
    )
