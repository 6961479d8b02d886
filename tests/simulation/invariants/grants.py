"""Invariant 3 at central: every lease is one that central has signed, and what comes back was spent."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.simulation.registry import When, invariant
from tests.simulation.world import World

LEASE_TAG = b"countersign/lease/1\0"
_FIELDS = ("till", "incarnation", "kind", "subject", "guest", "units")


@invariant(3, "every lease is what central has signed", at=When.REST)
def genuine(world: World) -> Iterator[str]:
    """Nobody gets units into the books that central has not given: not by listing, not by telling them anew."""
    key = Ed25519PublicKey.from_public_bytes(world.host.secrets.signing_key.public)
    for row in world.host.rows(
        """SELECT id, till_id AS till, incarnation, kind, subject, guest, units, settled, body, signature
        FROM leases WHERE network_id = $1""",
        world.office.network,
    ):
        body: dict[str, Any] = msgspec.json.decode(row["body"])
        told = [body.get(name, 0) for name in _FIELDS]
        if told != [row[name] for name in _FIELDS] or UUID(body["lease"]) != row["id"]:
            yield f"lease {row['id']} is booked otherwise than it was signed: {body}"
        try:
            key.verify(row["signature"], LEASE_TAG + row["body"])
        except InvalidSignature:
            yield f"lease {row['id']} of till {row['till']} was never granted by central"
        if not 0 <= row["settled"] <= row["units"]:
            yield f"lease {row['id']} of {row['units']} units is settled by {row['settled']}"


@invariant(3, "no more comes back than was spent", at=When.REST)
def back_is_spent(world: World) -> Iterator[str]:
    """Whatever undoes an event, and however often: of each lease at most what that event took of it."""
    spent: Counter[tuple[UUID, UUID]] = Counter()
    for written in world.at_central():
        for lease, units in written.spends:
            spent[written.event, lease] += units
    for row in world.host.rows(
        """SELECT original, lease, sum(units + waiting)::bigint AS back FROM restores WHERE network_id = $1
        GROUP BY original, lease""",
        world.office.network,
    ):
        if row["back"] > spent[row["original"], row["lease"]]:
            yield (
                f"{row['back']} units of lease {row['lease']} come back of {row['original']}, "
                f"which took {spent[row['original'], row['lease']]}"
            )


@invariant(3, "a lease is settled by its events alone", at=When.REST)
def settled_within(world: World) -> Iterator[str]:
    """Of each lease of a sound till: not more than its events take, not less than that without what came back.

    Where a person has accepted that events are lost, the till's word at the closing of a lease stands alone.
    """
    lost = {
        (row["till_id"], row["incarnation"])
        for row in world.host.rows(
            "SELECT till_id, incarnation FROM journal_gaps WHERE network_id = $1 AND accepted_at IS NOT NULL",
            world.office.network,
        )
    }
    taken: Counter[UUID] = Counter()
    back: Counter[UUID] = Counter()
    for written in world.at_central():
        for lease, units in written.spends:
            taken[lease] += units
        for restore in written.fields.get("restores", []):
            back[UUID(restore["lease"])] += restore["units"] if restore.get("here") else 0
    for row in world.host.rows(
        "SELECT id, till_id, incarnation, settled FROM leases WHERE network_id = $1", world.office.network
    ):
        life = row["till_id"], row["incarnation"]
        if life in lost or world.excused.get(life):
            continue
        lease = row["id"]
        if not taken[lease] - back[lease] <= row["settled"] <= taken[lease]:
            yield (
                f"lease {lease} is settled by {row['settled']}; its events take {taken[lease]} "
                f"and put {back[lease]} back"
            )
