"""Who may ask for what: every route of the office in one table. What does not stand here is refused to everybody."""

from sync.central.http.allowed import (
    campaigns,
    cases,
    codes,
    general,
    loyalty,
    oversight,
    people,
    promo,
    referral,
    restaurants,
    tills,
    vip,
    vouchers,
)
from sync.central.http.allowed.audience import Rows


def _joined(*rooms: Rows) -> Rows:
    """Put the rooms' rows together; a route that stands in two of them has no one owner, and is a mistake."""
    table: Rows = {}
    for rows in rooms:
        twice = table.keys() & rows.keys()
        if twice:
            message = f"these routes stand in two rooms of the table: {sorted(twice)}"
            raise ValueError(message)
        table |= rows
    return table


ACCESS = _joined(
    general.ROWS,
    tills.ROWS,
    restaurants.ROWS,
    people.ROWS,
    loyalty.ROWS,
    vip.ROWS,
    referral.ROWS,
    promo.ROWS,
    campaigns.ROWS,
    cases.ROWS,
    codes.ROWS,
    vouchers.ROWS,
    oversight.ROWS,
)
