"""Invariant 2 for uses without a till: one operation is one use, answered alike each time, from the tills' own limits."""

from collections.abc import Iterator

from tests.simulation.registry import When, invariant
from tests.simulation.world import World

OK = "ok"


@invariant(2, "a caller without a till hears the same each time", at=When.STEP)
def same_answer(world: World) -> Iterator[str]:
    """Whatever has become of the code and of central's process meanwhile."""
    yield from world.contradicted


@invariant(2, "what a caller without a till was told has happened, and nothing else", at=When.REST)
def happened(world: World) -> Iterator[str]:
    """A use that was accepted is booked, one that was refused is not; who heard nothing may find either."""
    booked = {
        row["event"]
        for row in world.host.rows(
            "SELECT event FROM redemptions WHERE network_id = $1 AND request IS NOT NULL",
            world.office.network,
        )
    }
    remembered = {
        operation: asked for operation, asked in world.shop.items() if operation not in world.shop_forgotten
    }
    for operation, asked in remembered.items():
        heard = world.shop_heard.get(operation)
        if heard is not None and (operation in booked) != (heard == OK):
            yield f"the shop was told {heard} of {asked.code}, and it {'is' if operation in booked else 'is not'} booked"
    for operation in booked - remembered.keys():
        yield f"{operation} is booked, and nobody has asked for it"
