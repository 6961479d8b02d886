"""Invariant 2 for points: balances hold by every way of counting them, and no point is spent twice."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.simulation.invariants.limits import undone_at_central
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_BALANCES = """
    SELECT g.id, g.points, g.points_owed, COALESCE(l.points, 0) AS lots, COALESCE(e.available, 0) AS entries,
        COALESCE(e.owed, 0) AS owed, COALESCE(GREATEST(m.total - m.spent, 0), 0) AS unspent
    FROM guests g
    LEFT JOIN (SELECT guest_id, sum("left") AS points FROM points_lots WHERE network_id = $1
        GROUP BY guest_id) l ON l.guest_id = g.id
    LEFT JOIN (SELECT guest_id, sum(points) FILTER (WHERE account = 'available') AS available,
        -sum(points) FILTER (WHERE account = 'owed') AS owed FROM points_entries WHERE network_id = $1
        GROUP BY guest_id) e ON e.guest_id = g.id
    LEFT JOIN limits m ON m.network_id = $1 AND m.kind = 'points' AND m.subject = g.id
    WHERE g.network_id = $1
"""


_GIVES = {"sale": "points_earned", "redemption": "points", "points.adjusted": "points"}
"""Which field of an event's payload says what it gives."""


@invariant(2, "a balance is its lots, its entries and its limit", at=When.REST)
def balances_agree(world: World) -> Iterator[str]:
    """What is not spent of a guest's limit is what the lots hold."""
    for row in world.host.rows(_BALANCES, world.office.network):
        if row["points"] != row["lots"] or row["points"] != row["entries"]:
            yield f"guest {row['id']}: {dict(row)}"
        if row["points_owed"] != row["owed"] or row["points_owed"] < 0:
            yield f"guest {row['id']} owes {row['points_owed']}, the entries say {row['owed']}"
        if row["points"] != row["unspent"]:
            yield f"guest {row['id']} has {row['points']} points, {row['unspent']} of the limit are unspent"


@invariant(2, "every transaction of points sums to zero", at=When.REST)
def zero_sums(world: World) -> Iterator[str]:
    """Double entry: what one account gets another gives."""
    for row in world.host.rows(
        """SELECT guest_id, operation, sum(points) AS sum FROM points_entries WHERE network_id = $1
        GROUP BY guest_id, operation HAVING sum(points) <> 0""",
        world.office.network,
    ):
        yield f"operation {row['operation']} of guest {row['guest_id']} sums to {row['sum']}"


@invariant(2, "points are spent once", at=When.REST)
def spent_once(world: World) -> Iterator[str]:
    """By the bytes: what sales took of a guest's points is within what the guest ever had."""
    undone = world.undone()
    spent: Counter[int] = Counter()
    for written in world.at_central():
        if written.kind == "sale" and written.event not in undone:
            spent[written.payload.get("guest_id") or 0] += written.payload.get("points_spent", 0)
    for row in world.host.rows(
        """SELECT g.id, g.points, g.points_owed, m.exposure, COALESCE((SELECT sum(-e.points) FROM points_entries e
            WHERE e.network_id = $1 AND e.guest_id = g.id AND e.account IN ('earned', 'adjusted')), 0) AS had
        FROM guests g JOIN limits m ON m.network_id = $1 AND m.kind = 'points' AND m.subject = g.id
        WHERE g.network_id = $1""",
        world.office.network,
    ):
        refunded = _refunded_points(world, row["id"])
        if spent[row["id"]] - refunded > row["had"] + row["exposure"] + row["points_owed"]:
            yield f"guest {row['id']} spent {spent[row['id']]} points and had {row['had']}"


@invariant(2, "points are earned as the events say", at=When.REST)
def earned_as_said(world: World) -> Iterator[str]:
    """What a sale, a use or a manager has given a guest is booked once, and no more and no less of it."""
    said = {str(written.event): written for written in world.at_central()}
    for row in world.host.rows(
        """SELECT operation, guest_id, sum(-points)::bigint AS points FROM points_entries
        WHERE network_id = $1 AND account IN ('earned', 'adjusted') GROUP BY operation, guest_id""",
        world.office.network,
    ):
        written = said.get(row["operation"])
        if written is None or written.kind not in _GIVES:
            continue
        points = written.payload.get(_GIVES[written.kind], 0)
        if row["points"] != points:
            yield f"{written.kind} {written.event} gives {points} points, guest {row['guest_id']} has got {row['points']}"


@invariant(2, "what earns points has earned them", at=When.REST)
def earned_at_all(world: World) -> Iterator[str]:
    """Whoever is there has got what the events give them. What came before its guest and was given back is left out."""
    network = world.office.network
    booked = {
        row["operation"]
        for row in world.host.rows(
            "SELECT DISTINCT operation FROM points_entries WHERE network_id = $1", network
        )
    }
    applied = {
        row["event"]
        for row in world.host.rows(
            """SELECT event FROM events e WHERE network_id = $1 AND quarantined IS NULL AND NOT EXISTS (
                SELECT FROM cases c WHERE c.network_id = $1 AND c.event = e.event AND c.kind = 'guest_unknown'
                    AND (c.closed_at IS NULL OR EXISTS (
                        SELECT FROM refunds r WHERE r.network_id = $1 AND r.original = e.event)))""",
            network,
        )
    }
    there = {
        row["id"]
        for row in world.host.rows(
            "SELECT id FROM guests WHERE network_id = $1 AND erased_at IS NULL", network
        )
    }
    for written in world.at_central():
        points = written.payload.get(_GIVES.get(written.kind, ""), 0)
        own = written.kind != "redemption" or written.payload.get("sale") is None
        guest = written.payload.get("guest_id")
        if (
            points > 0
            and own
            and guest in there
            and written.event in applied
            and str(written.event) not in booked
        ):
            yield f"{written.kind} {written.event} gives guest {guest} {points} points, and nothing is booked"


@invariant(2, "what an undone sale or use had earned is taken back", at=When.REST)
def taken_back(world: World) -> Iterator[str]:
    """Wholly where central has booked that it is undone as a whole, and never more than it had given."""
    network = world.office.network
    undone = undone_at_central(world)
    for row in world.host.rows(
        """SELECT t.operation, t.guest_id, -sum(e.points) FILTER (WHERE e.operation = t.operation) AS given,
            COALESCE(sum(e.points) FILTER (WHERE e.operation <> t.operation), 0) AS taken
        FROM points_transactions t
        JOIN points_transactions r ON r.network_id = $1 AND r.guest_id = t.guest_id
            AND (r.operation = t.operation OR r.of = t.operation)
        JOIN points_entries e ON e.network_id = $1 AND e.guest_id = t.guest_id AND e.operation = r.operation
            AND e.account = 'earned'
        WHERE t.network_id = $1 AND t.kind = 'earn' GROUP BY t.operation, t.guest_id""",
        network,
    ):
        whole = UUID(row["operation"]) in undone
        if row["taken"] > row["given"] or (whole and row["taken"] != row["given"]):
            yield (
                f"{row['operation']} gave guest {row['guest_id']} {row['given']} points, {row['taken']} were taken "
                f"back{' and it is undone' if whole else ''}"
            )


def _refunded_points(world: World, guest: int) -> int:
    """Return the spent points that refunds have given back, voids left out."""
    rows = world.host.rows(
        """SELECT COALESCE(sum(points_back), 0) AS back FROM refunds
        WHERE network_id = $1 AND guest_id = $2 AND kind = 'refund'""",
        world.office.network,
        guest,
    )
    return int(rows[0]["back"])
