"""What hangs on the journal's order: receipt numbers, and that a life which has ended gets nothing more."""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from tests.simulation.book import read_event
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_WITH_RECEIPT = ("sale", "void", "refund")


@invariant(5, "receipt numbers are a till's own running number", at=When.REST)
def receipts(world: World) -> Iterator[str]:
    """Each till numbers what it hands out on paper from 1, without gap and without repetition."""
    for name, book in world.books.items():
        numbers = [
            written.payload["receipt"]
            for _, written in sorted(book.events.items())
            if written.kind in _WITH_RECEIPT
        ]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{name} has handed out receipts {numbers}"


@invariant(2, "a life that has ended gets no more units", at=When.REST)
def ended(world: World) -> Iterator[str]:
    """After another machine has taken its place, or it was revoked, a till's old life is granted nothing."""
    for row in world.host.rows(
        "SELECT till_id, incarnation, body FROM leases WHERE network_id = $1", world.office.network
    ):
        ended_ms = world.ended.get((row["till_id"], row["incarnation"]))
        granted_ms = msgspec.json.decode(row["body"])["granted_ms"]
        if ended_ms is not None and granted_ms > ended_ms:
            yield f"life {row['incarnation']} of till {row['till_id']} got units after it had ended"


@invariant(5, "a life that is over is written no more", at=When.STEP)
def over(world: World) -> Iterator[str]:
    """It was handed over to another machine, or has said that it is a copy: also when its till is started once more."""
    for machine, written in world.new:
        life, seq = world.over.get(machine.name, (0, 0))
        if written.incarnation == life and written.seq > seq and "lying disk" not in machine.faults:
            yield f"{machine.name} was over with event {seq} and writes {written.kind} {written.seq}"
    for machine in world.machines:
        journal = None if machine.process is None else machine.process.till.journal
        if journal is not None and journal.ended() is not None:
            status = journal.status()
            world.over[machine.name] = (status.incarnation, status.last_seq)


@invariant(5, "what waited for something is applied when that has come", at=When.REST)
def nothing_waits(world: World) -> Iterator[str]:
    """An event that was set aside because central did not know what it undoes is tried again, and then applied."""
    for row in world.host.rows(
        """SELECT e.event, e.body, e.quarantined FROM events e
        WHERE e.network_id = $1 AND e.waits_for = 'reference' AND e.kind IN ('void', 'refund')""",
        world.office.network,
    ):
        original = UUID(read_event(row["body"], b"").payload["original"])
        booked = world.host.rows(
            """SELECT 1 FROM sales WHERE network_id = $1 AND event = $2
            UNION ALL SELECT 1 FROM redemptions WHERE network_id = $1 AND event = $2 AND sale IS NULL""",
            world.office.network,
            original,
        )
        if booked:
            yield f"{row['event']} still waits ({row['quarantined']}), and {original} is there"
