"""Invariant 5 at the till: whoever goes on as a till has the very line that central has of it."""

from collections.abc import Iterator

from tests.simulation.healing import is_old, says_it_is_over
from tests.simulation.registry import When, invariant
from tests.simulation.world import World


@invariant(5, "who goes on as a till has the line that central has", at=When.REST)
def of_one_line(world: World) -> Iterator[str]:
    """A copy, and a till that was put back, find out that central goes on with another line, and say so."""
    lines: dict[tuple[int, int], dict[int, bytes]] = {}
    for row in world.host.rows(
        "SELECT till_id, incarnation, seq, hash FROM events WHERE network_id = $1 AND branch = 0",
        world.office.network,
    ):
        lines.setdefault((row["till_id"], row["incarnation"]), {})[row["seq"]] = row["hash"]
    spliced = {
        (row["till_id"], row["incarnation"])
        for row in world.host.rows(
            "SELECT till_id, incarnation FROM journal_gaps WHERE network_id = $1 AND accepted_at IS NOT NULL",
            world.office.network,
        )
    }
    for machine in world.machines:
        if machine.process is None or machine.gone or says_it_is_over(machine.process):
            continue
        book = world.books[machine.name]
        life = max((incarnation for incarnation, _ in book.events), default=0)
        for seq, digest in lines.get((machine.till_id, life), {}).items():
            written = book.events.get((life, seq))
            # Of what it has let go a till cannot tell whose it was, nor can central across a gap that was accepted.
            let_go = seq <= book.anchors.get(life, 0)
            if let_go and (written is None or (machine.till_id, life) in spliced):
                continue
            # An old program only hands in: it hears that central goes on with another line when it has something to.
            if written is None and is_old(world, machine):
                continue
            if written is None or written.hash != digest:
                yield f"{machine.name} goes on as till {machine.till_id}, whose event {life}/{seq} it has not written"
                break


@invariant(5, "an older copy of a till is found at its first contact", at=When.STEP)
def at_first_contact(world: World) -> Iterator[str]:
    """Central has more of it than it has itself: its leases may be spent already, so it goes on with none of them."""
    for machine in world.machines:
        process = machine.process
        if process is None or "old image" not in machine.faults:
            continue
        journal = process.till.journal
        if process.agent.contacts.made <= machine.contacts_seen or journal.ended() is not None:
            continue
        status = journal.status()
        for row in world.host.rows(
            """SELECT applied_seq FROM incarnations WHERE network_id = $1 AND till_id = $2 AND incarnation = $3
            AND applied_seq > $4""",
            world.office.network,
            machine.till_id,
            status.incarnation,
            status.last_seq,
        ):
            yield f"{machine.name} has {status.last_seq} events, central {row['applied_seq']}, and it goes on"
