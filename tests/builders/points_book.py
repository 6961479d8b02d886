"""The books of points and refunds at central, checked from the outside by SQL."""

from tests.builders.office import Office


async def check_points(office: Office) -> None:
    """Balances are never below zero, and equal by every way of counting them."""
    wrong = await office.fetch(
        """WITH lots AS (SELECT guest_id, sum("left") AS points FROM points_lots GROUP BY guest_id),
        entries AS (
            SELECT guest_id, sum(points) FILTER (WHERE account = 'available') AS available,
                -sum(points) FILTER (WHERE account = 'owed') AS owed
            FROM points_entries GROUP BY guest_id
        )
        SELECT g.id, g.points, g.points_owed, l.points AS lots, e.available, e.owed,
            GREATEST(m.total - m.spent, 0) AS unspent
        FROM guests g LEFT JOIN lots l ON l.guest_id = g.id LEFT JOIN entries e ON e.guest_id = g.id
            LEFT JOIN limits m ON m.kind = 'points' AND m.subject = g.id
        WHERE g.points <> COALESCE(l.points, 0) OR g.points <> COALESCE(e.available, 0)
            OR g.points_owed <> COALESCE(e.owed, 0) OR g.points <> COALESCE(GREATEST(m.total - m.spent, 0), 0)"""
    )
    assert [dict(row) for row in wrong] == []
    unbalanced = await office.fetch(
        "SELECT guest_id, operation FROM points_entries GROUP BY guest_id, operation HAVING sum(points) <> 0"
    )
    assert [dict(row) for row in unbalanced] == []
    by_lot = await office.fetch(
        """SELECT l.guest_id, l.id, l."left", sum(e.points) AS entries FROM points_lots l
        LEFT JOIN points_entries e ON e.guest_id = l.guest_id AND e.lot = l.id AND e.account = 'available'
        GROUP BY l.guest_id, l.id, l."left" HAVING l."left" <> COALESCE(sum(e.points), 0)"""
    )
    assert [dict(row) for row in by_lot] == []


async def check_refunds(office: Office) -> None:
    """No line gave back more than it paid, and no lease more than was spent of it."""
    rows = await office.fetch(
        """SELECT s.event, s.lines, t.refunded, s.paid_minor,
            (SELECT COALESCE(sum(amount_minor), 0) FROM refunds r WHERE r.original = s.event) AS booked
        FROM sales s JOIN refund_totals t ON t.original = s.event"""
    )
    for row in rows:
        paid = [line["amount_minor"] - line.get("discount_minor", 0) for line in row["lines"]]
        assert all(back <= due for back, due in zip(row["refunded"], paid, strict=False)), dict(row)
        assert sum(row["refunded"]) == row["booked"] <= row["paid_minor"], dict(row)
