"""Invariant 8, the other way round: what is undone as a whole gives back all that it had taken."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.simulation.registry import When, invariant
from tests.simulation.world import World

CLOSED = "closed"


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
