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
from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.originals import Original
from sync.central.services.journal.redemptions import Use
from sync.central.services.journal.undone_uses import Undone
from sync.central.services.used_up import EVERYBODY, TodaysUses, day_of, tell_today
from sync.rules.campaign import Campaign


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
    connection: asyncpg.Connection,
    scene: Scene,
    booked: Sequence[tuple[Item, Use]],
    undone: Undone,
    zone: str,
) -> dict[UUID, UsesBefore]:
    """Count the uses of a batch; return how many of its day stood before each. ``zone`` is the place's.

    What is undone in the batch itself does not stand any more, and goes from the counts with :func:`return_days`.
    """
    keys = {item.event_id: _keys(item, use, zone) for item, use in booked if is_limited(use.offer)}
    more = Counter(key for own in keys.values() for key in own)
    if not more:
        return {}
    counts = await _add(connection, scene.network, more)
    offers = {use.offer.id: use.offer for _, use in booked}
    await _tell(connection, scene.network, offers, more, counts, zone)
    next_up = {key: counts[key] - more[key] for key in more}
    before: dict[UUID, UsesBefore] = {}
    for event, own in keys.items():
        back = Counter(
            key
            for use in undone.before(event)
            if use.campaign in offers
            for key in _keys_of(offers[use.campaign], use.guest, use.at_ms, zone)
        )
        before[event] = UsesBefore(*(next_up[key] - back[key] for key in own))
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
    now_ms = clock_of(connection).now_ms()
    today: set[_Key] = set()
    for row in rows:
        day = day_of(int(row["at_ms"]), row["zone"])
        if day == day_of(now_ms, row["zone"]):
            today.add(_Key(row["campaign_id"], EVERYBODY, day))
        less[_Key(row["campaign_id"], EVERYBODY, day)] += 1
        if row["guest_id"] is not None:
            less[_Key(row["campaign_id"], row["guest_id"], day)] += 1
    keys = sorted(less)
    left = await connection.fetch(
        """UPDATE day_uses d SET uses = GREATEST(d.uses - g.less, 0)
        FROM unnest($2::bigint[], $3::bigint[], $4::date[], $5::bigint[]) AS g (campaign, guest, day, less)
        WHERE d.network_id = $1 AND d.campaign_id = g.campaign AND d.guest_id = g.guest AND d.day = g.day
        RETURNING d.campaign_id, d.guest_id, d.day, d.uses""",
        scene.network,
        [key.campaign for key in keys],
        [key.guest for key in keys],
        [key.day for key in keys],
        [less[key] for key in keys],
    )
    counts = {_Key(row["campaign_id"], row["guest_id"], row["day"]): row["uses"] for row in left}
    have_room = [TodaysUses(key.campaign, key.day, counts[key]) for key in today & counts.keys()]
    await tell_today(connection, scene.network, have_room)


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
        if key.guest != EVERYBODY or limit is None or counts[key] < limit:
            continue
        # What was read of the campaign may be older than what somebody has told meanwhile.
        untold = offer.used_up_on != key.day.isoformat() or counts[key] - number < limit
        if untold and key.day == day_of(now_ms, offer.zone or zone):
            reached.append(TodaysUses(key.campaign, key.day, counts[key]))
    await tell_today(connection, network_id, reached)


def is_limited(campaign: Campaign) -> bool:
    """Whether the uses of a campaign are counted day by day."""
    return campaign.max_uses_per_day is not None or campaign.max_uses_per_guest_per_day is not None


def _keys(item: Item, use: Use, zone: str) -> list[_Key]:
    return _keys_of(use.offer, use.payload.guest_id, item.link.envelope.trusted_ms, zone)


def _keys_of(offer: Campaign, guest: int | None, at_ms: int, zone: str) -> list[_Key]:
    """Return where a use is counted: for everybody, and for its guest."""
    day = day_of(at_ms, offer.zone or zone)
    everybody = _Key(offer.id, EVERYBODY, day)
    return [everybody] if guest is None else [everybody, _Key(offer.id, guest, day)]
