"""Invariant 3, both halves of the books beside each other: what a till has left, what central believes that it has.

Whatever spends, gives back, closes or lists a lease moves both; a unit that one half counts otherwise is a unit
that can be used twice, or never again.
"""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sync.rules.campaign import Policy
from tests.simulation.book import read_event
from tests.simulation.healing import is_old, says_it_is_over
from tests.simulation.machine import Machine
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

Key = tuple[str, int, int]
"""Kind, subject and guest of a limit."""
RISKY = frozenset({"uses", "guest_uses", "risk"})
"""What a campaign that allows risk books without a lease, and takes back so."""
CLOSED = "closed"
OUT = {"revoked", "fenced", "lost", "retired", "clone", "old image", "lying disk"}
"""What may have happened to a machine that the office takes for none of its tills any more."""


@invariant(3, "a till and central count each lease alike", at=When.REST)
def alike(world: World) -> Iterator[str]:
    """At rest nothing is on its way: each lease of a sound till is as much spent, and as open, as central says."""
    central = {
        row["id"]: row
        for row in world.host.rows(
            "SELECT id, till_id, incarnation, settled, state FROM leases WHERE network_id = $1",
            world.office.network,
        )
    }
    for machine in world.machines:
        if machine.process is None or machine.faults:
            continue
        lost = _leases_of_the_lost(world, machine)
        for lease_bytes, incarnation, spent, state in machine.process.till.journal._connection.execute(
            "SELECT lease, incarnation, spent, state FROM leases"
        ).fetchall():
            lease = UUID(bytes=lease_bytes)
            row = central.get(lease)
            # Of an earlier machine's life, read in here, that machine may have said more since.
            if lease in lost or world.excused.get((machine.till_id, incarnation)):
                continue
            if row is None:
                yield f"{machine.name} holds lease {lease}, which central does not know"
            elif (row["till_id"], row["incarnation"]) != (machine.till_id, incarnation):
                yield f"{machine.name} holds lease {lease} of till {row['till_id']}, life {row['incarnation']}"
            elif (row["settled"], row["state"]) != (spent, state):
                yield (
                    f"{machine.name} has spent {spent} of lease {lease} ({state}), "
                    f"central counts {row['settled']} ({row['state']})"
                )


@invariant(3, "what central believes to be out is out", at=When.REST)
def none_stranded(world: World) -> Iterator[str]:
    """Each open lease with something left, of a sound till's present life, lies in its journal: nobody lost it."""
    for machine in world.machines:
        process = machine.process
        identity = None if process is None else process.till.identity
        if (
            process is None
            or identity is None
            or machine.faults
            or machine.link.speaks != world.central_speaks
        ):
            continue
        held = {
            UUID(bytes=lease)
            for (lease,) in process.till.journal._connection.execute("SELECT lease FROM leases").fetchall()
        }
        for row in world.host.rows(
            """SELECT id, kind, subject, units - settled AS units, recall FROM leases WHERE network_id = $1
            AND till_id = $2 AND incarnation = $3 AND state = 'open' AND settled < units""",
            world.office.network,
            machine.till_id,
            identity.incarnation,
        ):
            if row["id"] not in held:
                yield f"{machine.name} knows nothing of lease {row['id']}: {row['units']} of {row['kind']} {row['subject']}"
            elif row["recall"]:
                yield f"{machine.name} has not given back lease {row['id']}, which was asked back long ago"


@invariant(9, "what the screen says of the office is so", at=When.REST)
def told_on_the_screen(world: World) -> Iterator[str]:
    """What waits, and whether this till is out: by its journal, and by what the office has made of it."""
    for machine in world.machines:
        process = machine.process
        if process is None or says_it_is_over(process) or is_old(world, machine):
            continue
        state, status = process.agent.state(), process.till.journal.status()
        if state.unsettled != status.unsettled:
            yield f"{machine.name} shows that {state.unsettled} events wait, {status.unsettled} do"
        if state.revoked and not machine.faults & OUT:
            yield f"{machine.name} shows that it is out ({state.problem}), and is in good standing"


@invariant(3, "a closed lease keeps what its till counted as spent", at=When.REST)
def believed(world: World) -> Iterator[str]:
    """Also what no event shows, because it is lost: only what a till says that it has left returns to the pool."""
    said: Counter[UUID] = Counter()
    for row in world.host.rows(
        """SELECT body FROM events
        WHERE network_id = $1 AND kind = 'lease.closed' AND branch = 0 AND quarantined IS NULL""",
        world.office.network,
    ):
        # The other side of a fork closes nothing: what it has spent is exposure.
        closing = read_event(row["body"], b"").payload
        said[UUID(closing["lease"])] = closing["spent"]
    for row in world.host.rows(
        "SELECT id, till_id, units, settled FROM leases WHERE network_id = $1 AND state = $2",
        world.office.network,
        CLOSED,
    ):
        if row["settled"] < min(said[row["id"]], row["units"]):
            yield (
                f"till {row['till_id']} closed lease {row['id']} with {said[row['id']]} spent, "
                f"central counts {row['settled']}"
            )


@invariant(2, "a limit's spending is what the events took and did not give back", at=When.REST)
def spent_as_taken(world: World) -> Iterator[str]:
    """By the bytes, whoever wrote them: what a lease did not cover was spent all the same."""
    network = world.office.network
    key_of: dict[UUID, Key] = {
        row["id"]: (row["kind"], row["subject"], row["guest"])
        for row in world.host.rows(
            "SELECT id, kind, subject, guest FROM leases WHERE network_id = $1", network
        )
    }
    spent: Counter[Key] = Counter()
    for written in world.at_central():
        for lease, units in written.spends:
            if lease in key_of:
                spent[key_of[lease]] += units
    for row in world.host.rows(
        "SELECT lease, sum(units)::bigint AS back FROM restores WHERE network_id = $1 GROUP BY lease", network
    ):
        if row["lease"] in key_of:
            spent[key_of[row["lease"]]] -= row["back"]
    spent.update(spent_by_the_shop(world))
    lost = _spent_by_the_lost(world, key_of)
    touched = world.limits_of_excused()
    for row in world.host.rows(
        "SELECT kind, subject, guest, spent FROM limits WHERE network_id = $1", network
    ):
        key = (row["kind"], row["subject"], row["guest"])
        if _is_risky(world, key):
            continue
        most = spent[key] + lost[key]
        if row["spent"] < spent[key] or (row["spent"] > most and key not in touched):
            yield f"limit {key} counts {row['spent']} as spent, the events come to {spent[key]}"


def spent_by_the_shop(world: World) -> Counter[Key]:
    """Return what uses without a till took, as the office made its codes."""
    codes = {code.id: code for code in world.office.codes}
    spent: Counter[Key] = Counter()
    for row in world.host.rows(
        """SELECT code_id, campaign_id, guest_id, discount_minor FROM redemptions
        WHERE network_id = $1 AND request IS NOT NULL""",
        world.office.network,
    ):
        code = codes.get(row["code_id"])
        if code is not None and code.max_uses is not None:
            spent["uses", code.id, 0] += 1
        if code is not None and code.campaign.max_uses_per_guest is not None and row["guest_id"] is not None:
            spent["guest_uses", row["campaign_id"], row["guest_id"]] += 1
        if code is not None and code.campaign.budget_minor is not None and row["discount_minor"]:
            spent["budget", row["campaign_id"], 0] += row["discount_minor"]
    return spent


def _spent_by_the_lost(world: World, key_of: dict[UUID, Key]) -> Counter[Key]:
    """Return what lost events took: their till has counted it when it closed the lease, and that word stands alone."""
    known = {each.event: each for book in world.books.values() for each in book.events.values()}
    spent: Counter[Key] = Counter()
    for event in world.lost & known.keys():
        for lease, units in known[event].spends:
            if lease in key_of:
                spent[key_of[lease]] += units
    return spent


def _leases_of_the_lost(world: World, machine: Machine) -> set[UUID]:
    """Return the leases that a till's lost events were about: a person has accepted that central never hears of these."""
    leases: set[UUID] = set()
    for written in world.books[machine.name].events.values():
        if written.event in world.lost:
            leases |= {lease for lease, _ in written.spends}
            leases |= {UUID(each["lease"]) for each in written.fields.get("restores", [])}
            leases |= {UUID(written.payload["lease"])} if written.kind == "lease.closed" else set()
    return leases


def _is_risky(world: World, key: Key) -> bool:
    return key[0] in RISKY and any(
        code.campaign.policy is Policy.ALLOW_WITH_RISK
        and key[1] == (code.id if key[0] == "uses" else code.campaign.id)
        for code in world.office.codes
    )
