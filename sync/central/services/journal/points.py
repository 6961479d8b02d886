"""Points in the books of a batch: the guests' ledger and the limit of each guest's points move together.

What a guest's lots hold is always what the limit's total is above what was spent: in the pool, out on lease, or
given up with a lost till. What was spent beyond it (exposure) leaves the lots at zero, and comes off the next
points.
"""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from sync.central.services.journal.item import Item
from sync.central.services.journal.ledger import Ledger
from sync.central.services.journal.restoring import Returned
from sync.central.services.limits import LimitKey
from sync.central.services.points_accounts import PointsAccounts
from sync.central.services.points_rows import By
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import PointsAdjusted
from sync.rules.ledger.book import Kind


class Points:
    """The points of one batch's guests."""

    def __init__(self, accounts: PointsAccounts, ledger: Ledger) -> None:
        """Take the loaded books and limits."""
        self.accounts = accounts
        self._ledger = ledger

    def earn(self, item: Item, guest: int, points: int) -> None:
        """Book what a sale earned: it can be spent from now on. A guest whom nobody knows earns nothing."""
        self.earn_of(item.event_id, guest, points, at_ms=_at(item), staff=item.link.envelope.staff)

    def earn_of(self, event: UUID, guest: int, points: int, *, at_ms: int, staff: int | None) -> None:
        """Book what an event of whatever time earned; a guest whom nobody knows earns nothing."""
        if not self.accounts.knows(guest):
            return
        by = By(event=event, staff=staff)
        change = self.accounts.earn(guest, str(event), points, at_ms=at_ms, by=by)
        self._raise(guest, change, of=event, at_ms=at_ms, by=by)

    def credit(self, item: Item, payload: PointsAdjusted) -> None:
        """Book points that were given by hand."""
        operation = str(item.event_id)
        change = self.accounts.credit(
            payload.guest_id, operation, payload.points, at_ms=_at(item), by=_by(item)
        )
        self._raise(payload.guest_id, change, of=item.event_id, at_ms=_at(item), by=_by(item))

    def spend(self, item: Item, lease: UUID, guest: int, units: int) -> None:
        """Book points that an event has taken from a lease."""
        kind = Kind.ADJUST if isinstance(item.payload, PointsAdjusted) else Kind.BURN
        operation = spending(item.event_id, lease)
        self.accounts.spend(guest, operation, units, at_ms=_at(item), kind=kind, by=_by(item))

    def give_back(self, item: Item, returned: Returned, guest: int) -> None:
        """Book spent points that came back, to the pool or into a till's lease."""
        self.accounts.give_back(
            guest,
            # One event may give back twice of one lease: what its envelope says, and what is due besides.
            f"{returned.event}:{returned.lease}:{item.event_id}:{self.accounts.booked(guest)}",
            returned.units,
            of=spending(returned.original, returned.lease),
            at_ms=_at(item),
            by=_by(item),
        )

    def take_back(self, item: Item, guest: int, points: int, *, of: UUID) -> None:
        """Take back what an undone sale had earned. Points that are out on lease stay: they are owed instead."""
        if not self.accounts.knows(guest):
            return
        key = points_key(guest)
        change = self.accounts.take_back(
            guest,
            str(item.event_id),
            points,
            of=str(of),
            at_ms=_at(item),
            within=self._ledger.free(key),
            by=_by(item),
        )
        self._ledger.lower_total(key, -change)

    def _raise(self, guest: int, change: int, *, of: UUID, at_ms: int, by: By) -> None:
        """Let the limit follow; what was spent beyond it before is made good now."""
        key = points_key(guest)
        self._ledger.raise_total(key, change)
        deficit = self.accounts.balance(guest) - self._ledger.worth(key)
        if deficit > 0:
            self.accounts.spend(guest, f"{of}:deficit", deficit, at_ms=at_ms, by=by)


def points_key(guest: int) -> LimitKey:
    """Return the limit of a guest's points."""
    return LimitKey(LimitKind.POINTS, guest)


def spending(event: UUID, lease: UUID) -> str:
    """Name the operation by which an event spent points of a lease."""
    return f"{event}:{lease}"


async def open_limits(connection: asyncpg.Connection, network_id: int, guests: Collection[int]) -> None:
    """Make the limit of each guest's points when it is first needed: nothing in it yet."""
    await connection.execute(
        """INSERT INTO limits (network_id, kind, subject, guest, total, pool)
        SELECT $1, $2, id, 0, 0, 0 FROM guests WHERE network_id = $1 AND id = ANY ($3::bigint[]) ORDER BY id
        ON CONFLICT DO NOTHING""",
        network_id,
        LimitKind.POINTS.value,
        sorted(guests),
    )


def _at(item: Item) -> int:
    return item.link.envelope.trusted_ms


def _by(item: Item) -> By:
    payload, staff = item.payload, item.link.envelope.staff
    if not isinstance(payload, PointsAdjusted):
        return By(event=item.event_id, staff=staff)
    note = f"{payload.reason}: {payload.note}" if payload.note else payload.reason
    return By(event=item.event_id, staff=staff, approved_by=payload.approved_by, note=note)
