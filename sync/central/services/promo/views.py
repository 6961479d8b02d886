"""Promo codes as document 002 shows them: list and one."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.services.editing.one_code import read_one
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, CODE_COLUMNS, read_campaign, read_code
from sync.central.services.paged_rows import paged_rows
from sync.central.services.promo.amounts import to_decimal
from sync.central.services.promo.hours import Hours, KeptHours, hours_of
from sync.central.services.promo.terms import bonus_of
from sync.rules.campaign import Campaign
from sync.rules.lifecycle import Badge, badge, uses_left
from sync.rules.normalise import fold

_COLUMNS = f"{CODE_COLUMNS}, description, created_at"
_OURS = "network_id = $1 AND kind = 'PROMO' AND status <> 'archived'"
_ONE = f"SELECT {_COLUMNS} FROM codes WHERE {_OURS} AND id = $2"  # noqa: S608 - columns are ours


class PromoView(msgspec.Struct, frozen=True, kw_only=True):
    """A promo code with the terms of its campaign.

    ``bonus_type`` is the campaign's kind of benefit, ``bonus_amount`` a percentage, an amount of ``currency`` or
    points. ``version`` counts changes of the code and its campaign together, and comes back with a change.
    """

    id: int
    code: str
    name: str
    description: str
    status: str
    max_uses: int | None
    usage_count: int
    uses_remaining: int | None
    expires_at: datetime | None
    active_hours: Hours
    auto_deactivate_on_max_uses: bool
    auto_deactivated_at: datetime | None
    bonus_type: str
    bonus_amount: float
    min_basket: float
    applicable_offers: list[str]
    currency: str
    badge: Badge
    valid: bool
    campaign_id: int
    created_at: datetime
    version: int


async def list_promos(
    connection: asyncpg.Connection, network_id: int, *, text: str | None, limit: int, offset: int
) -> tuple[list[PromoView], int]:
    """Return some promo codes, the newest first, and the number of all; with ``text`` only the one written so."""
    wanted = None if text is None else fold(text)
    rows, total = await paged_rows(
        connection,
        _COLUMNS,
        f"FROM codes WHERE {_OURS} AND ($2::text IS NULL OR folded = $2)",
        network_id,
        wanted,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return await _views(connection, network_id, rows), total


async def read_promo(connection: asyncpg.Connection, network_id: int, code_id: int) -> PromoView:
    """Return one promo code; raises :class:`Refusal` ``not-found``, also for a deleted one."""
    row = await read_one(connection, _ONE, network_id, code_id)
    return (await _views(connection, network_id, [row]))[0]


async def _views(
    connection: asyncpg.Connection, network_id: int, rows: Sequence[asyncpg.Record]
) -> list[PromoView]:
    offered = await connection.fetch(
        f"SELECT {CAMPAIGN_COLUMNS}, idle_hours FROM campaigns WHERE network_id = $1 AND id = ANY ($2::bigint[])",  # noqa: S608 - columns are ours
        network_id,
        list({row["campaign_id"] for row in rows}),
    )
    terms = {}
    for row in offered:
        campaign = read_campaign(row)
        terms[campaign.id] = (campaign, hours_of(campaign, row["idle_hours"]), row["version"])
    now_ms = clock_of(connection).now_ms()
    return [_view(row, *terms[row["campaign_id"]], now_ms) for row in rows]


def _view(row: asyncpg.Record, campaign: Campaign, hours: KeptHours, version: int, now_ms: int) -> PromoView:
    code = read_code(row)
    standing = badge(code, now_ms)
    return PromoView(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        description=row["description"],
        status=row["status"],
        max_uses=row["max_uses"],
        usage_count=row["uses"],
        uses_remaining=uses_left(code),
        expires_at=row["expires_at"],
        active_hours=hours.shown(),
        auto_deactivate_on_max_uses=campaign.auto_deactivate_on_max_uses,
        auto_deactivated_at=row["auto_deactivated_at"],
        bonus_type=campaign.benefit.kind.value,
        bonus_amount=bonus_of(campaign),
        min_basket=to_decimal(campaign.min_basket_minor, campaign.currency),
        applicable_offers=list(campaign.items_included),
        currency=campaign.currency,
        badge=standing,
        valid=standing is Badge.ACTIVE,
        campaign_id=campaign.id,
        created_at=row["created_at"],
        version=row["version"] + version,
    )
