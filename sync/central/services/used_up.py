"""Telling the tills that a campaign is used up for today, and that there is room again.

It is news, not a rule: each till counts its own uses, and hears by this what all of them come to. Whoever counts
or takes back a use, or changes the limit, calls :func:`tell_today` in the same transaction.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import asyncpg

from sync.central.clock import clock_of
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, campaign_row
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table
from sync.rules.campaign import Campaign
from sync.rules.local_time import local_time

EVERYBODY = 0
_COLUMNS = ", ".join(f"c.{column.strip()}" for column in CAMPAIGN_COLUMNS.split(","))


class TodaysUses(NamedTuple):
    """How often everybody together has used a campaign on the day that it is now where it is used."""

    campaign: int
    day: date
    uses: int


async def tell_today(connection: asyncpg.Connection, network_id: int, days: Collection[TodaysUses]) -> None:
    """Tell every till of the campaigns of which that changes anything, by their limits as they are now."""
    if not days:
        return
    wanted = sorted(days)
    records = await connection.fetch(
        f"""UPDATE campaigns c
        SET used_up_on = CASE WHEN g.uses >= (c.rules ->> 'max_uses_per_day')::bigint THEN g.day END
        FROM unnest($2::bigint[], $3::date[], $4::bigint[]) AS g (campaign, day, uses)
        WHERE c.network_id = $1 AND c.id = g.campaign
            AND CASE WHEN g.uses >= (c.rules ->> 'max_uses_per_day')::bigint
                THEN c.used_up_on IS DISTINCT FROM g.day ELSE c.used_up_on = g.day END
        RETURNING {_COLUMNS}""",  # noqa: S608 - columns are ours
        network_id,
        [each.campaign for each in wanted],
        [each.day for each in wanted],
        [each.uses for each in wanted],
    )
    rows = [(record["id"], campaign_row(record)) for record in records]
    if rows:
        await publish_many(connection, network_id, Table.CAMPAIGN, rows)


async def tell_of_new_limit(connection: asyncpg.Connection, network_id: int, campaign: Campaign) -> None:
    """Tell what a daily limit that was changed makes of the uses that there are already."""
    places = await connection.fetch(
        """SELECT DISTINCT COALESCE(r.zone, n.zone) AS zone FROM networks n
        LEFT JOIN restaurants r ON r.network_id = n.id WHERE n.id = $1""",
        network_id,
    )
    now_ms = clock_of(connection).now_ms()
    zones = [campaign.zone] if campaign.zone else [place["zone"] for place in places]
    rows = await connection.fetch(
        """SELECT campaign_id, day, uses FROM day_uses
        WHERE network_id = $1 AND campaign_id = $2 AND guest_id = $3 AND day = ANY ($4::date[])
        ORDER BY uses DESC LIMIT 1""",
        network_id,
        campaign.id,
        EVERYBODY,
        [day_of(now_ms, zone) for zone in zones],
    )
    await tell_today(connection, network_id, [TodaysUses(*row) for row in rows])


def day_of(at_ms: int, zone: str) -> date:
    """Return the day that it is in a zone; of one that nobody knows, in UTC.

    Rules whose zone nobody knows are refused by every till; whatever comes all the same is counted.
    """
    try:
        return local_time(at_ms, zone).date()
    except LookupError:
        return local_time(at_ms, "UTC").date()
