"""What was booked of guests before their registration came: it counts as soon as they are there.

A till knows guests of other tills, and may hand its journal in before theirs: after a restore they come in any
order, and the key of what a guest said may be late. Sales and uses are booked all the same, each with a case; what
they mean for the guest is made up for when the registration comes, and the cases are closed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from sync.central.services.cases import CaseKind, close_cases
from sync.central.services.journal.books import Books
from sync.central.services.journal.item import Scene
from sync.central.services.tiers.gifts import TierGift, give_tiers
from sync.protocol.event import read_envelope


class LateEvent(NamedTuple):
    """One event that named a guest whom nobody knew: the points that it earned, or the tier that it gave."""

    event: UUID
    guest: int
    points: int
    tier: str | None
    at_ms: int
    staff: int | None


class Late(NamedTuple):
    """What waited for guests: events with points or tiers, and how many purchases stand of each."""

    events: Sequence[LateEvent] = ()
    purchases: Mapping[int, int] = {}

    def guests(self) -> set[int]:
        """Return whose points are made up for."""
        return {one.guest for one in self.events if one.points > 0}


async def read_late(connection: asyncpg.Connection, network_id: int, arrived: Mapping[int, int]) -> Late:
    """Read what waited for these numbers, by who they are; of a case that somebody has closed nothing waits."""
    if not arrived:
        return Late()
    rows = await connection.fetch(
        """SELECT c.event, (c.detail->>'guest')::bigint AS guest, e.body,
            COALESCE((c.detail->>'points')::bigint, 0) - COALESCE(t.points_taken, 0) AS points,
            CASE WHEN COALESCE(t.done, false) THEN NULL ELSE c.detail->>'tier' END AS tier
        FROM cases c JOIN events e ON e.network_id = $1 AND e.event = c.event
        LEFT JOIN refund_totals t ON t.network_id = $1 AND t.original = c.event
        WHERE c.network_id = $1 AND c.closed_at IS NULL AND c.kind = $2
            AND (c.detail->>'guest')::bigint = ANY ($3::bigint[]) ORDER BY c.id""",
        network_id,
        CaseKind.GUEST_UNKNOWN.value,
        list(arrived),
    )
    sold = await connection.fetch(
        """SELECT s.guest_id, count(*) AS number FROM sales s
        WHERE s.network_id = $1 AND s.guest_id = ANY ($2::bigint[]) AND NOT EXISTS (
            SELECT FROM refund_totals t WHERE t.network_id = $1 AND t.original = s.event AND t.done)
        GROUP BY s.guest_id""",
        network_id,
        list(arrived),
    )
    purchases: dict[int, int] = {}
    for row in sold:
        who = arrived[row["guest_id"]]
        purchases[who] = purchases.get(who, 0) + row["number"]
    return Late([_read(row, arrived) for row in rows], purchases)


def _read(row: asyncpg.Record, arrived: Mapping[int, int]) -> LateEvent:
    envelope = read_envelope(row["body"])
    return LateEvent(
        row["event"], arrived[row["guest"]], row["points"], row["tier"], envelope.trusted_ms, envelope.staff
    )


def book_late(books: Books, late: Late) -> None:
    """Book points and purchases, before anything that a later event may take back of them."""
    for one in late.events:
        if one.points > 0:
            books.points.earn_of(one.event, one.guest, one.points, at_ms=one.at_ms, staff=one.staff)
    for guest, number in late.purchases.items():
        books.purchases.make_up(guest, number)


async def settle_late(connection: asyncpg.Connection, scene: Scene, late: Late) -> None:
    """Give the tiers, and close the cases."""
    if not late.events:
        return
    gifts = [TierGift(one.guest, one.tier, one.event) for one in late.events if one.tier is not None]
    await give_tiers(connection, scene.secrets, scene.network, gifts, actor=f"till:{scene.till}")
    outcome, events = "the guest's registration has come", {one.event for one in late.events}
    await close_cases(connection, scene.network, CaseKind.GUEST_UNKNOWN, outcome=outcome, events=events)
