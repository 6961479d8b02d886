"""Invariants 2, 3 and 8: limits hold, the lease equation, nothing is counted that did not happen."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_EQUATION = """
    SELECT m.kind, m.subject, m.guest, m.total, m.pool, m.outstanding, m.spent, m.burnt, m.exposure,
        COALESCE(l.left, 0) AS held
    FROM limits m LEFT JOIN (
        SELECT kind, subject, guest, sum(units - settled) AS left FROM leases
        WHERE network_id = $1 AND state = 'open' GROUP BY kind, subject, guest
    ) l USING (kind, subject, guest)
    WHERE m.network_id = $1 AND (
        m.outstanding <> COALESCE(l.left, 0)
        OR m.pool + m.outstanding + m.spent + m.burnt <> m.total + m.exposure
        OR LEAST(m.total, m.pool, m.outstanding, m.spent, m.burnt, m.exposure) < 0
    )
"""


@invariant(3, "the lease equation", at=When.STEP)
def equation(world: World) -> Iterator[str]:
    """What is outstanding is exactly what open leases still have, and the parts make up the whole."""
    if not world.central_was_asked():
        return
    for row in world.host.rows(_EQUATION, world.office.network):
        yield f"{dict(row)}"


@invariant(3, "a till spends no more of a lease than it was granted", at=When.STEP)
def within_lease(world: World) -> Iterator[str]:
    """By the bytes: every spend is of a lease of this till and life, and all together fit into it."""
    for machine, written in world.new:
        book = world.books[machine.name]
        for lease, _ in written.spends:
            grant = book.granted.get(lease)
            if grant is None:
                yield f"{machine.name} spends of lease {lease}, which it does not hold"
                continue
            if (grant["till"], grant["incarnation"]) != (machine.till_id, written.incarnation):
                yield f"{machine.name} spends of lease {lease}, which belongs to another till or life"
            spent = book.spent(lease) - world.restored(machine)[lease]
            if spent > grant["units"]:
                yield f"{machine.name} has spent {spent} of the {grant['units']} units of lease {lease}"
            expires = grant.get("expires_ms")
            if expires is not None and written.fields["trusted_ms"] >= expires:
                yield f"{machine.name} spends of lease {lease} after it has expired"


@invariant(3, "a till's own count of its leases is what its events say", at=When.STEP)
def counted(world: World) -> Iterator[str]:
    """A lease's debit and the event that takes its units are one."""
    for machine in world.machines:
        book = world.books[machine.name]
        # Of a disk that lied some pages may be old and others new: the till finds out at central, and is over.
        if machine.process is None or not book.changed or "lying disk" in machine.faults:
            continue
        if machine.name in world.unread:
            continue
        said = dict(
            machine.process.till.journal._connection.execute(
                "SELECT lease, spent FROM leases WHERE spent > 0"
            ).fetchall()
        )
        taken: Counter[UUID] = book.taken()
        restored = world.restored(machine)
        for lease, units in taken.items():
            if said.get(lease.bytes, 0) != units - restored.get(lease, 0):
                yield f"{machine.name} counts {said.get(lease.bytes, 0)} of lease {lease}, its events say {units}"
        for lease_bytes, units in said.items():
            if UUID(bytes=lease_bytes) not in taken:
                yield f"{machine.name} counts {units} of lease {UUID(bytes=lease_bytes)}, its events say none"


@invariant(2, "granted uses are within limit and declared exposure", at=When.REST)
def within_limit(world: World) -> Iterator[str]:
    """Uses that people were granted, counted by code, by guest and by budget, from what the tills wrote."""
    limits = {
        (row["kind"], row["subject"], row["guest"]): row
        for row in world.host.rows("SELECT * FROM limits WHERE network_id = $1", world.office.network)
    }
    uses, arrived = _count_uses(world)
    for code in world.office.codes:
        if code.max_uses is None or ("uses", code.id, 0) not in limits:
            continue
        limit = limits["uses", code.id, 0]
        if uses[code.id] > limit["total"] + limit["exposure"]:
            yield f"{code.text} was used {uses[code.id]} times, {limit['total']} are allowed and {limit['exposure']} exposed"
        if limit["spent"] < arrived[code.id] and not world.has_refunds():
            yield f"{code.text} was used {arrived[code.id]} times, and its limit says {limit['spent']}"
        if limit["exposure"] and not world.may_expose("uses", code.id, 0):
            yield f"{code.text} was over-used by {limit['exposure']}, and nobody had taken that risk"
    for (kind, subject, guest), limit in limits.items():
        if kind != "uses" and limit["exposure"] and not world.may_expose(kind, subject, guest):
            yield f"limit {kind} {subject} {guest} was exceeded by {limit['exposure']}, and nobody had taken that risk"


@invariant(2, "a limit is as large as the office made it", at=When.REST)
def as_large_as_made(world: World) -> Iterator[str]:
    """By what the office's people typed; a guest who registered twice has less of a campaign, nobody more."""
    made: dict[tuple[str, int], int | None] = {}
    for code in world.office.codes:
        made["uses", code.id] = code.max_uses
        made["guest_uses", code.campaign.id] = code.campaign.max_uses_per_guest
        made["budget", code.campaign.id] = code.campaign.budget_minor
        made["risk", code.campaign.id] = code.campaign.risk_allowance
    for row in world.host.rows(
        """SELECT l.kind, l.subject, l.guest, l.total, g.merged_into FROM limits l
        LEFT JOIN guests g ON g.network_id = l.network_id AND l.kind = 'guest_uses' AND g.id = l.guest
        WHERE l.network_id = $1""",
        world.office.network,
    ):
        most = made.get((row["kind"], row["subject"]))
        if row["merged_into"] is not None and (row["kind"], row["subject"]) in world.lowered:
            # It keeps what it has used; the kept number has what that leaves.
            continue
        if most is not None and (
            row["total"] > most or (row["total"] < most and row["kind"] != "guest_uses")
        ):
            yield f"limit {row['kind']} {row['subject']} {row['guest']} is {row['total']}, it was made as {most}"


@invariant(2, "balances are not negative", at=When.REST)
def balances(world: World) -> Iterator[str]:
    """No guest owes points, no count of purchases is below nothing."""
    for row in world.host.rows(
        "SELECT id, points, purchases FROM guests WHERE network_id = $1 AND (points < 0 OR purchases < 0)",
        world.office.network,
    ):
        yield f"guest {row['id']} has {row['points']} points after {row['purchases']} purchases"


@invariant(2, "uses are counted once", at=When.REST)
def use_counts(world: World) -> Iterator[str]:
    """Central's counters and tables say what the tills' events say."""
    network = world.office.network
    central = {
        row["event"]
        for row in world.host.rows("SELECT event FROM redemptions WHERE network_id = $1", network)
    }
    aside = {
        row["event"]
        for row in world.host.rows(
            "SELECT event FROM events WHERE network_id = $1 AND quarantined IS NOT NULL", network
        )
    }
    arrived = {
        row["event"] for row in world.host.rows("SELECT event FROM events WHERE network_id = $1", network)
    }
    for event in world.redemptions():
        if event in arrived and event not in central and event not in aside:
            yield f"redemption {event} arrived and was not booked"
    undone = undone_at_central(world)
    booked: Counter[int] = Counter()
    for row in world.host.rows("SELECT event, sale, code_id FROM redemptions WHERE network_id = $1", network):
        booked[row["code_id"]] += not undone & {row["event"], row["sale"]}
    for row in world.host.rows("SELECT id, uses FROM codes WHERE network_id = $1", network):
        if row["uses"] != booked[row["id"]]:
            yield f"code {row['id']} counts {row['uses']} uses, and {booked[row['id']]} are booked and not undone"


@invariant(3, "every lease is settled by what was spent of it", at=When.REST)
def settled_leases(world: World) -> Iterator[str]:
    """What central counts of each lease is what the events in its own table take from it."""
    taken: Counter[UUID] = Counter()
    for written in world.at_central():
        for lease, units in written.spends:
            taken[lease] += units
    for row in world.host.rows(
        "SELECT id, till_id, incarnation, units, settled, state FROM leases WHERE network_id = $1",
        world.office.network,
    ):
        if world.excused.get((row["till_id"], row["incarnation"])) or world.has_refunds():
            continue
        if row["settled"] != taken[row["id"]]:
            yield f"lease {row['id']} is settled by {row['settled']}, events take {taken[row['id']]}"


@invariant(3, "no case without a cause", at=When.REST)
def cases(world: World) -> Iterator[str]:
    """A case asks a person to decide: in a world where nothing happened that needs one, there is none."""
    for row in world.host.rows(
        "SELECT kind, till_id, event, detail FROM cases WHERE network_id = $1 ORDER BY id",
        world.office.network,
    ):
        if not world.explains(row["kind"], row["till_id"], row["event"], row["detail"]):
            yield f"central has a case {row['kind']} of till {row['till_id']}: {row['detail']}"


def undone_at_central(world: World) -> set[UUID]:
    """Return what central has booked a void of, or refunds of all that it had paid."""
    paid = {written.event: written.payload.get("paid_minor", 0) for written in world.at_central()}
    back: Counter[UUID] = Counter()
    voided: set[UUID] = set()
    for row in world.host.rows(
        "SELECT original, kind, amount_minor FROM refunds WHERE network_id = $1", world.office.network
    ):
        back[row["original"]] += row["amount_minor"]
        voided |= {row["original"]} if row["kind"] == "void" else set()
    return voided | {original for original, amount in back.items() if amount >= paid.get(original, 0)}


def _count_uses(world: World) -> tuple[Counter[int], Counter[int]]:
    """Count the uses of each code that stand, by the bytes: all that count for its limit, and those at central."""
    booked = {
        row["event"]
        for row in world.host.rows(
            "SELECT event FROM redemptions WHERE network_id = $1", world.office.network
        )
    }
    without = world.host.rows(
        "SELECT code_id FROM redemptions WHERE network_id = $1 AND request IS NOT NULL", world.office.network
    )
    uses: Counter[int] = Counter(row["code_id"] for row in without)
    arrived: Counter[int] = Counter(uses)
    undone = world.undone()
    for event, payload in world.redemptions().items():
        sale = payload.get("sale")
        if event in undone or (sale is not None and UUID(sale) in undone):
            # The unit came back, and somebody else may have it now.
            continue
        if event not in world.poison and payload.get("outcome", "accept") == "accept":
            # What a copied or replaced till never handed in cannot have been booked as an exposure yet.
            uses[payload["code_id"]] += event in booked or not world.is_excused(event)
            arrived[payload["code_id"]] += event in booked
    return uses, arrived
