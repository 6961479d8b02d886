"""Where something is booked: a restaurant of the network at which this person works."""

from typing import NamedTuple

import asyncpg

from sync.central.schema.numbers import MAX_ID
from sync.central.services.login import Person
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType


class PlaceOf(NamedTuple):
    """The currency and zone that hold there; ``restaurant`` is None for the network as a whole."""

    restaurant: int | None
    currency: str
    zone: str


async def find_place(connection: asyncpg.Connection, person: Person, restaurant: int | None) -> PlaceOf:
    """Return where something is booked.

    Raises :class:`Refusal` ``not-found`` for a restaurant that is not the network's, and ``forbidden`` where the
    person works elsewhere, or must say where.
    """
    row = await connection.fetchrow(
        """SELECT COALESCE(r.currency, n.currency) AS currency, COALESCE(r.zone, n.zone) AS zone,
            r.id AS restaurant, s.restaurants
        FROM networks n JOIN staff s ON s.network_id = n.id AND s.id = $3
        LEFT JOIN restaurants r ON r.network_id = n.id AND r.id = $2 AND NOT r.archived WHERE n.id = $1""",
        person.network,
        restaurant if restaurant is not None and 0 < restaurant <= MAX_ID else None,
        person.staff,
    )
    if restaurant is not None and row["restaurant"] is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no restaurant {restaurant}.", "Check the number.")
    works_at = None if person.key is not None else row["restaurants"]
    if works_at is not None and restaurant not in works_at:
        raise Refusal(
            ProblemType.FORBIDDEN,
            "You work at another restaurant.",
            f"Name one of yours: {', '.join(str(number) for number in works_at)}.",
        )
    return PlaceOf(row["restaurant"], row["currency"], row["zone"])
