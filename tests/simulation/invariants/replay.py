"""Invariant 7: replaying everything changes nothing."""

import contextlib
import itertools
from collections.abc import Iterator

from sync.central.services.journal.intake import take_in
from sync.central.services.refusal import Refusal
from sync.protocol.event import SignedEvent
from sync.protocol.upload import Batch
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_TABLES = (
    "events", "redemptions", "sales", "attempts", "limits", "leases", "incarnations", "cases", "codes", "guests",
    "outbox",
)  # fmt: skip
MAX_AT_ONCE = 60


@invariant(7, "replaying everything changes nothing", at=When.REST)
def replay(world: World) -> Iterator[str]:
    """Every journal is sent once more from its beginning, in other batches; central's tables stay as they are."""
    before = _fingerprints(world)
    held = {written.hash for written in world.at_central()}
    for machine in world.machines:
        if machine.gone or not machine.till_id:
            continue
        book = world.books[machine.name]
        for life in sorted({incarnation for incarnation, _ in book.events}):
            chain = [written for (of, _), written in sorted(book.events.items()) if of == life]
            # What a copied or replaced till was not allowed to hand in would be news, not a repetition.
            chain = list(itertools.takewhile(lambda each: each.hash in held, chain))
            for start in range(0, len(chain), MAX_AT_ONCE):
                events = tuple(
                    SignedEvent(each.body, each.signature) for each in chain[start : start + MAX_AT_ONCE]
                )
                batch = Batch(incarnation=life, from_seq=chain[start].seq, events=events)
                _send(world, machine.till_id, batch)
    after = _fingerprints(world)
    for table, (count, digest) in after.items():
        if before[table] != (count, digest):
            yield f"replaying all journals changed {table}: {before[table][0]} rows before, {count} after"


def _send(world: World, till: int, batch: Batch) -> None:
    with contextlib.suppress(Refusal):
        world.host.run(
            take_in(
                world.host.database, world.host.secrets, network=world.office.network, till=till, batch=batch
            )
        )


def _fingerprints(world: World) -> dict[str, tuple[int, str]]:
    parts = " UNION ALL ".join(
        f"SELECT '{table}' AS tab, count(*) AS rows, "
        f"COALESCE(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS digest "
        f"FROM {table} t WHERE network_id = $1"
        for table in _TABLES
    )
    return {row["tab"]: (row["rows"], row["digest"]) for row in world.host.rows(parts, world.office.network)}
