"""What happened at one restaurant over some days: sales, guests, points, and which tiers they are of."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.services.loyalty.amounts import to_wire
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

USUAL_DAYS = 30
MAX_DAYS = 366
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9000, 1, 1)


class DayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One day, in the restaurant's own zone."""

    day: str
    sales: int
    paid: float


class RestaurantAnalytics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of ``start`` to ``end``, both included. Amounts are of sales as they were made; ``refunded`` is apart."""

    restaurant_id: int
    start: str
    end: str
    timezone: str
    currency: str
    sales: int
    total: float
    discount: float
    paid: float
    refunded: float
    average_sale: float
    guests: int
    new_guests: int
    returning_guests: int
    redemptions: int
    points_earned: int
    points_spent: int
    tiers: dict[str, int]
    days: list[DayFigures]


_SALES = """
    SELECT s.at, s.guest_id, s.total_minor AS total, s.discount_minor AS discount, s.paid_minor AS paid,
        s.points_earned AS earned, s.points_spent AS spent
    FROM sales s WHERE s.network_id = $1 AND s.restaurant_id = $2 AND s.at >= $3 AND s.at < $4
    UNION ALL
    SELECT t.at, t.guest_id, t.amount_minor, t.discount_minor, t.paid_minor, GREATEST(t.points, 0), 0
    FROM guest_transactions t
    WHERE t.network_id = $1 AND t.restaurant_id = $2 AND t.kind = 'SALE' AND t.at >= $3 AND t.at < $4
"""


def _days(start: date | None, last: date) -> tuple[date, date]:
    """Return the first and the last day that are asked for; raises :class:`UserError` ``days_unfit``."""
    if FIRST_DAY <= last < LAST_DAY:
        first = start or last - timedelta(days=USUAL_DAYS - 1)
        if 0 <= (last - first).days < MAX_DAYS and first >= FIRST_DAY:
            return first, last
    raise UserError(
        "days_unfit", "These days do not fit.", f"Ask for at most {MAX_DAYS}, the first one first."
    )


async def read_analytics(
    connection: asyncpg.Connection, network_id: int, restaurant_id: int, start: date | None, end: date | None
) -> RestaurantAnalytics:
    """Read the figures of some days; raises :class:`Refusal` ``not-found`` and :class:`UserError` ``days_unfit``."""
    place = await connection.fetchrow(
        """SELECT COALESCE(r.zone, n.zone) AS zone, COALESCE(r.currency, n.currency) AS currency
        FROM restaurants r JOIN networks n ON n.id = r.network_id WHERE r.network_id = $1 AND r.id = $2""",
        network_id,
        restaurant_id,
    )
    if place is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no restaurant {restaurant_id}.", "Check the number.")
    zone = ZoneInfo(place["zone"])
    first, last = _days(start, end or moment(clock_of(connection)).astimezone(zone).date())
    span = (_midnight(first, zone), _midnight(last + timedelta(days=1), zone))
    asked = (network_id, restaurant_id, *span)
    currency = place["currency"]
    days = await connection.fetch(
        f"""WITH sold AS ({_SALES}) SELECT (at AT TIME ZONE $5)::date AS day, count(*) AS sales, sum(paid)::bigint AS paid
        FROM sold GROUP BY 1 ORDER BY 1""",  # noqa: S608 - the text above
        *asked,
        place["zone"],
    )
    totals = await _totals(connection, asked)
    return RestaurantAnalytics(
        restaurant_id=restaurant_id,
        start=first.isoformat(),
        end=last.isoformat(),
        timezone=place["zone"],
        currency=currency,
        sales=totals["sales"],
        total=to_wire(totals["total"], currency),
        discount=to_wire(totals["discount"], currency),
        paid=to_wire(totals["paid"], currency),
        refunded=to_wire(await _refunded(connection, asked), currency),
        average_sale=to_wire(totals["paid"] // max(totals["sales"], 1), currency),
        guests=totals["guests"],
        new_guests=totals["new_guests"],
        returning_guests=totals["guests"] - totals["new_guests"],
        redemptions=await _redemptions(connection, asked),
        points_earned=totals["earned"],
        points_spent=totals["spent"] + await _points_redeemed(connection, asked),
        tiers=await _tiers(connection, asked),
        days=[
            DayFigures(day=day["day"].isoformat(), sales=day["sales"], paid=to_wire(day["paid"], currency))
            for day in days
        ],
    )


async def _totals(
    connection: asyncpg.Connection, asked: tuple[int, int, datetime, datetime]
) -> asyncpg.Record:
    return await connection.fetchrow(
        f"""WITH sold AS ({_SALES})
        SELECT count(*) AS sales, COALESCE(sum(total), 0)::bigint AS total, COALESCE(sum(discount), 0)::bigint AS discount,
            COALESCE(sum(paid), 0)::bigint AS paid, COALESCE(sum(earned), 0)::bigint AS earned,
            COALESCE(sum(spent), 0)::bigint AS spent, count(DISTINCT guest_id) AS guests,
            count(DISTINCT guest_id) FILTER (WHERE EXISTS (SELECT FROM guests g WHERE g.network_id = $1
                AND g.id = sold.guest_id AND g.created_at >= $3 AND g.created_at < $4)) AS new_guests
        FROM sold""",  # noqa: S608 - the text above
        *asked,
    )


async def _tiers(
    connection: asyncpg.Connection, asked: tuple[int, int, datetime, datetime]
) -> dict[str, int]:
    rows = await connection.fetch(
        f"""WITH sold AS ({_SALES}) SELECT g.tier, count(*) AS guests FROM guests g
        WHERE g.network_id = $1 AND g.id IN (SELECT guest_id FROM sold) GROUP BY g.tier ORDER BY g.tier""",  # noqa: S608 - the text above
        *asked,
    )
    return {row["tier"]: row["guests"] for row in rows}


async def _refunded(connection: asyncpg.Connection, asked: tuple[int, int, datetime, datetime]) -> int:
    total: int = await connection.fetchval(
        """SELECT COALESCE(sum(amount_minor), 0)::bigint FROM refunds
        WHERE network_id = $1 AND restaurant_id = $2 AND at >= $3 AND at < $4""",
        *asked,
    )
    return total


async def _redemptions(connection: asyncpg.Connection, asked: tuple[int, int, datetime, datetime]) -> int:
    total: int = await connection.fetchval(
        """SELECT count(*) FROM redemptions
        WHERE network_id = $1 AND restaurant_id = $2 AND at >= $3 AND at < $4""",
        *asked,
    )
    return total


async def _points_redeemed(connection: asyncpg.Connection, asked: tuple[int, int, datetime, datetime]) -> int:
    total: int = await connection.fetchval(
        """SELECT COALESCE(-sum(points), 0)::bigint FROM guest_transactions
        WHERE network_id = $1 AND restaurant_id = $2 AND kind = 'REDEMPTION' AND at >= $3 AND at < $4""",
        *asked,
    )
    return total


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
