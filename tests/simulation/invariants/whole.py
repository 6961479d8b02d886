"""Invariant 8, the other way round: what is undone as a whole gives back all that it had taken."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.simulation.invariants.limits import undone_at_central
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

CLOSED = "closed"
_ROOTS = """
    WITH RECURSIVE family (id, root) AS (
        SELECT id, id FROM guests WHERE network_id = $1 AND merged_into IS NULL AND erased_at IS NULL
        UNION SELECT g.id, f.root FROM guests g JOIN family f ON g.network_id = $1 AND g.merged_into = f.id
    ) SELECT id, root FROM family
"""


@invariant(8, "what is voided gives back all that it had taken", at=When.REST)
def all_of_it(world: World) -> Iterator[str]:
    """By the bytes of the original: of each lease of a sound till as many units are back, or wait for its closing."""
    network = world.office.network
    held = {written.event: written for written in world.at_central()}
    leases = {
        row["id"]: row
        for row in world.host.rows(
            "SELECT id, till_id, incarnation, kind, state FROM leases WHERE network_id = $1", network
        )
    }
    back: Counter[tuple[UUID, UUID]] = Counter()
    for row in world.host.rows(
        "SELECT original, lease, units, waiting FROM restores WHERE network_id = $1", network
    ):
        back[row["original"], row["lease"]] += row["units"] + row["waiting"]
        if row["waiting"] and row["lease"] in leases and leases[row["lease"]]["state"] == CLOSED:
            yield f"{row['waiting']} units of lease {row['lease']} wait for it to be closed, and it is"
    for row in world.host.rows(
        "SELECT original FROM refunds WHERE network_id = $1 AND kind = 'void'", network
    ):
        original = held.get(row["original"])
        if original is None:
            continue
        for event in (original.event, *map(UUID, original.payload.get("redemptions", []))):
            for lease, units in held[event].spends if event in held else ():
                account = leases.get(lease)
                if account is None or account["kind"] == "risk":
                    # Whether an allowance comes back hangs on what the use exceeded.
                    continue
                if world.excused.get((account["till_id"], account["incarnation"])):
                    continue
                if back[event, lease] != units:
                    yield f"{original.event} was voided, and {back[event, lease]} of {units} of lease {lease} came back"


@invariant(8, "a guest's purchases are the sales that stand", at=When.REST)
def purchases(world: World) -> Iterator[str]:
    """All numbers of a guest together: each sale that central has booked counts once, until it is undone as a whole."""
    network = world.office.network
    roots = {row["id"]: row["root"] for row in world.host.rows(_ROOTS, network)}
    undone = undone_at_central(world)
    told: Counter[int] = Counter()
    for written in world.at_central():
        guest = written.payload.get("guest_id") if written.kind == "sale" else None
        if guest in roots and written.event not in undone:
            told[roots[guest]] += 1
    aside = {
        row["event"]
        for row in world.host.rows(
            "SELECT event FROM events WHERE network_id = $1 AND kind = 'sale' AND quarantined IS NOT NULL",
            network,
        )
    }
    counted: Counter[int] = Counter()
    for row in world.host.rows("SELECT id, purchases FROM guests WHERE network_id = $1", network):
        if row["id"] in roots:
            counted[roots[row["id"]]] += row["purchases"]
    for guest in sorted(told.keys() | counted.keys()):
        if counted[guest] != told[guest] and not aside:
            yield f"guest {guest} has {counted[guest]} purchases, {told[guest]} sales stand"
