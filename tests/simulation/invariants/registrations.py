"""Invariant 2 for guests who register at tills: one phone number is one guest, and nothing is booked twice."""

from collections.abc import Iterator

from tests.simulation.registry import When, invariant
from tests.simulation.world import World


@invariant(2, "a registration that turned out to be another guest has nothing of its own", at=When.REST)
def merged_have_nothing(world: World) -> Iterator[str]:
    """Points, purchases and the phone number are the kept guest's, who is no registration that was merged."""
    for row in world.host.rows(
        """SELECT g.id, g.points, g.purchases, g.phone_digest IS NULL AS free, k.merged_into
        FROM guests g JOIN guests k ON k.network_id = g.network_id AND k.id = g.merged_into
        WHERE g.network_id = $1""",
        world.office.network,
    ):
        if row["points"] or row["purchases"] or not row["free"] or row["merged_into"] is not None:
            yield f"the merged guest {row['id']} has something of its own: {dict(row)}"


@invariant(1, "a registration that was taken in is a guest", at=When.REST)
def registered_are_guests(world: World) -> Iterator[str]:
    """What central has applied of registrations it has as guests, each once."""
    for row in world.host.rows(
        """SELECT e.event FROM events e
        LEFT JOIN guests g ON g.network_id = e.network_id AND g.registered_by = e.event
        WHERE e.network_id = $1 AND e.kind = 'guest.registered' AND e.quarantined IS NULL AND g.id IS NULL""",
        world.office.network,
    ):
        yield f"the registration {row['event']} was applied and made nobody"
