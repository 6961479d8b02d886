"""Invariant 2 for people: by the bytes, nobody has done at a till what their role does not let them do alone."""

from collections.abc import Iterator
from uuid import UUID

from tests.simulation.registry import When, invariant
from tests.simulation.world import World

MOST_BY_HAND = {"shift_manager": 1_000, "office": 100_000, "owner": 1_000_000}
"""Points that a role may give or take at once; roles that are not named, none."""
ALONE = 100
"""Points up to which nobody else need agree."""


def _role(world: World, staff: int | None) -> str:
    return next((person.role.value for person in world.office.staff if person.id == staff), "")


@invariant(2, "points by hand are given by who may, and seconded by another", at=When.STEP)
def by_hand(world: World) -> Iterator[str]:
    """The limits of the roles, of both people; the second is never the first."""
    for machine, written in world.new:
        if written.kind != "points.adjusted" or written.event in world.poison:
            continue
        points, staff = abs(written.payload["points"]), written.fields.get("staff")
        second = written.payload.get("approved_by")
        if points > MOST_BY_HAND.get(_role(world, staff), 0):
            yield f"{machine.name}: {_role(world, staff)} gives or takes {points} points"
        if points > ALONE and second is None:
            yield f"{machine.name}: {points} points by hand, and nobody else has agreed"
        if second is not None and (second == staff or points > MOST_BY_HAND.get(_role(world, second), 0)):
            yield f"{machine.name}: {points} points by staff {staff}, seconded by {second} ({_role(world, second)})"


@invariant(2, "what another till has sold is given back only with a second person", at=When.STEP)
def strangers_sales(world: World) -> Iterator[str]:
    """A till cannot see what others have given back of it already."""
    for machine, written in world.new:
        if written.kind not in ("void", "refund"):
            continue
        own = UUID(written.payload["original"]) in world.books[machine.name].by_id
        if not own and written.payload.get("approved_by") is None:
            yield f"{machine.name} gives back {written.payload['original']}, not its own, and nobody has agreed"


@invariant(2, "a shift is closed by a manager, or with one", at=When.STEP)
def closed_by_manager(world: World) -> Iterator[str]:
    """A cashier counts the drawer, somebody else stands by it."""
    for machine, written in world.new:
        if written.kind != "shift.closed" or written.event in world.poison:
            continue
        responsible = written.payload.get("approved_by") or written.fields.get("staff")
        if _role(world, responsible) not in ("shift_manager", "office", "owner"):
            yield f"{machine.name}'s shift is closed by staff {responsible} ({_role(world, responsible)})"
