"""Uses by day, counted exactly as they arrive, for campaigns that limit them (``sync.rules.known``).

The first use beyond a limit may have been made at a till that could not know; it is taken, and the case for
it is opened by :mod:`sync.central.services.journal.judging`. As soon as the day's limit is reached, every till
is told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg

from sync.central.clock import clock_of
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, campaign_row
from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.originals import Original
from sync.central.services.journal.redemptions import Use
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table
from sync.rules.campaign import Campaign
from sync.rules.local_time import local_time

EVERYBODY = 0


class _Key(NamedTuple):
    campaign: int
    guest: int
    day: date


@dataclass(frozen=True, slots=True)
class UsesBefore:
    """How often it had been used that day before this use: by everybody, and by its guest."""

    campaign: int = 0
    guest: int = 0


async def count_days(
    connection: asyncpg.Connection, scene: Scene, booked: Sequence[tuple[Item, Use]], zone: str
) -> dict[UUID, UsesBefore]:
    """Count the uses of a batch; return how many of its day stood before each. ``zone`` is the place's."""
    keys = {item.event_id: _keys(item, use, zone) for item, use in booked if is_limited(use.offer)}
    more = Counter(key for own in keys.values() for key in own)
    if not more:
        return {}
    counts = await _add(connection, scene.network, more)
    await _tell(connection, scene.network, {use.offer.id: use.offer for _, use in booked}, more, counts, zone)
    next_up = {key: counts[key] - more[key] for key in more}
    before: dict[UUID, UsesBefore] = {}
    for event, own in keys.items():
        before[event] = UsesBefore(*(next_up[key] for key in own))
        for key in own:
            next_up[key] += 1
    return before


async def count_day(
    connection: asyncpg.Connection,
    network_id: int,
    offer: Campaign,
    *,
    guest_id: int | None,
    at_ms: int,
    zone: str,
) -> UsesBefore:
    """Count one use by a caller without a till; return how many of its day stood before it."""
    more = Counter(_keys_of(offer, guest_id, at_ms, zone))
    counts = await _add(connection, network_id, more)
    await _tell(connection, network_id, {offer.id: offer}, more, counts, zone)
    return UsesBefore(*(counts[key] - 1 for key in more))


async def read_day(
    connection: asyncpg.Connection,
    network_id: int,
    offer: Campaign,
    *,
    guest_id: int | None,
    at_ms: int,
    zone: str,
) -> UsesBefore:
    """Return how often it has been used on the day of ``at_ms``, without counting anything."""
    keys = _keys_of(offer, guest_id, at_ms, zone)
    rows = await connection.fetch(
        """SELECT guest_id, uses FROM day_uses
        WHERE network_id = $1 AND campaign_id = $2 AND guest_id = ANY ($3::bigint[]) AND day = $4""",
        network_id,
        offer.id,
        [key.guest for key in keys],
        keys[0].day,
    )
    uses = {row["guest_id"]: row["uses"] for row in rows}
    return UsesBefore(*(uses.get(key.guest, 0) for key in keys))


async def return_days(connection: asyncpg.Connection, scene: Scene, finished: Iterable[Original]) -> None:
    """Take back the uses of originals that are undone as a whole; their redemptions are stored already."""
    wanted = [use.event for original in finished for use in original.uses]
    if not wanted:
        return
    rows = await connection.fetch(
        """SELECT c.id AS campaign_id, r.guest_id, extract(epoch FROM r.at) * 1000 AS at_ms,
            COALESCE(c.rules ->> 'zone', s.zone, n.zone) AS zone
        FROM redemptions r JOIN codes k ON k.network_id = $1 AND k.id = r.code_id
        JOIN campaigns c ON c.network_id = $1 AND c.id = k.campaign_id
        JOIN networks n ON n.id = $1
        LEFT JOIN restaurants s ON s.network_id = $1 AND s.id = r.restaurant_id
        WHERE r.network_id = $1 AND r.event = ANY ($2::uuid[]) AND (c.rules ->> 'max_uses_per_day' IS NOT NULL
            OR c.rules ->> 'max_uses_per_guest_per_day' IS NOT NULL)""",
        scene.network,
        wanted,
    )
    less: Counter[_Key] = Counter()
    for row in rows:
        day = _day(int(row["at_ms"]), row["zone"])
        less[_Key(row["campaign_id"], EVERYBODY, day)] += 1
        if row["guest_id"] is not None:
            less[_Key(row["campaign_id"], row["guest_id"], day)] += 1
    keys = sorted(less)
    await connection.execute(
        """UPDATE day_uses d SET uses = GREATEST(d.uses - g.less, 0)
        FROM unnest($2::bigint[], $3::bigint[], $4::date[], $5::bigint[]) AS g (campaign, guest, day, less)
        WHERE d.network_id = $1 AND d.campaign_id = g.campaign AND d.guest_id = g.guest AND d.day = g.day""",
        scene.network,
        [key.campaign for key in keys],
        [key.guest for key in keys],
        [key.day for key in keys],
        [less[key] for key in keys],
    )


async def _add(connection: asyncpg.Connection, network_id: int, more: Counter[_Key]) -> dict[_Key, int]:
    """Add to the counts, in one order for every batch, and return them."""
    keys = sorted(more)
    rows = await connection.fetch(
        """INSERT INTO day_uses AS d (network_id, campaign_id, guest_id, day, uses)
        SELECT $1, g.campaign, g.guest, g.day, g.more
        FROM unnest($2::bigint[], $3::bigint[], $4::date[], $5::bigint[]) AS g (campaign, guest, day, more)
        ORDER BY g.campaign, g.guest, g.day
        ON CONFLICT (network_id, campaign_id, guest_id, day)
            DO UPDATE SET uses = d.uses + EXCLUDED.uses
        RETURNING campaign_id, guest_id, day, uses""",
        network_id,
        [key.campaign for key in keys],
        [key.guest for key in keys],
        [key.day for key in keys],
        [more[key] for key in keys],
    )
    return {_Key(row["campaign_id"], row["guest_id"], row["day"]): row["uses"] for row in rows}


async def _tell(
    connection: asyncpg.Connection,
    network_id: int,
    campaigns: dict[int, Campaign],
    more: Counter[_Key],
    counts: dict[_Key, int],
    zone: str,
) -> None:
    """Tell every till of the campaigns whose limit of this very day was reached just now."""
    now_ms = clock_of(connection).now_ms()
    reached = []
    for key, number in more.items():
        offer = campaigns[key.campaign]
        limit = offer.max_uses_per_day
        if key.guest != EVERYBODY or limit is None or not counts[key] - number < limit <= counts[key]:
            continue
        if key.day == _day(now_ms, offer.zone or zone):
            reached.append(key)
    if not reached:
        return
    records = await connection.fetch(
        f"""UPDATE campaigns c SET used_up_on = g.day
        FROM unnest($2::bigint[], $3::date[]) AS g (campaign, day)
        WHERE c.network_id = $1 AND c.id = g.campaign RETURNING {
            ", ".join("c." + column.strip() for column in CAMPAIGN_COLUMNS.split(","))
        }""",  # noqa: S608 - columns are ours
        network_id,
        [key.campaign for key in sorted(reached)],
        [key.day for key in sorted(reached)],
    )
    rows = [(record["id"], campaign_row(record)) for record in records]
    await publish_many(connection, network_id, Table.CAMPAIGN, rows)


def is_limited(campaign: Campaign) -> bool:
    """Whether the uses of a campaign are counted day by day."""
    return campaign.max_uses_per_day is not None or campaign.max_uses_per_guest_per_day is not None


def _keys(item: Item, use: Use, zone: str) -> list[_Key]:
    return _keys_of(use.offer, use.payload.guest_id, item.link.envelope.trusted_ms, zone)


def _keys_of(offer: Campaign, guest: int | None, at_ms: int, zone: str) -> list[_Key]:
    """Return where a use is counted: for everybody, and for its guest."""
    day = _day(at_ms, offer.zone or zone)
    everybody = _Key(offer.id, EVERYBODY, day)
    return [everybody] if guest is None else [everybody, _Key(offer.id, guest, day)]


def _day(at_ms: int, zone: str) -> date:
    try:
        return local_time(at_ms, zone).date()
    except LookupError:
        # Rules whose zone nobody knows are refused by every till; whatever comes all the same is counted.
        return local_time(at_ms, "UTC").date()
