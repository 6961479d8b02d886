"""The books that a batch can touch, locked and read before its events are gone through.

What is locked, and in which order, is the same for every batch: originals by id, leases by id, limits by key,
guests by id; codes follow when uses are counted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from sync.central.services.journal.by_hand import ByHand, read_by_hand
from sync.central.services.journal.guests import Purchases
from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.ledger import Ledger
from sync.central.services.journal.originals import Originals, read_originals
from sync.central.services.journal.points import Points, open_limits, points_key, spending
from sync.central.services.journal.redemptions import Use, limit_keys
from sync.central.services.journal.restoring import Restores, read_restores
from sync.central.services.journal.undoing import Undoing
from sync.central.services.limits import LimitKey
from sync.central.services.points_accounts import load_points
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import LeaseClosed, PointsAdjusted, Redemption, Sale


@dataclass(slots=True, kw_only=True)
class Books:
    """Everything that one batch changes."""

    scene: Scene
    ledger: Ledger
    uses: Mapping[UUID, Use]
    points: Points
    undoing: Undoing
    by_hand: ByHand
    purchases: Purchases = field(default_factory=Purchases)

    @property
    def credit_key(self) -> LimitKey:
        """The allowance for credits by hand at this restaurant."""
        return LimitKey(LimitKind.CREDIT, self.scene.restaurant)


async def open_books(
    connection: asyncpg.Connection,
    scene: Scene,
    items: Sequence[Item],
    batch: Sequence[Item],
    uses: Mapping[UUID, Use],
    also: Collection[int] = (),
) -> Books:
    """Lock and read what these events touch. ``batch`` are all events that came with them.

    ``also`` are guests whose points are moved besides.
    """
    originals = await read_originals(connection, scene.network, items, batch)
    guests = _guests(items, originals) | set(also)
    if guests:
        await open_limits(connection, scene.network, guests)
    ledger = Ledger(till=scene.till, incarnation=scene.incarnation)
    closing = {item.payload.lease for item in items if type(item.payload) is LeaseClosed}
    limits = limit_keys(uses) | originals.limit_keys() | {points_key(guest) for guest in guests}
    if any(type(item.payload) is PointsAdjusted for item in items):
        limits.add(LimitKey(LimitKind.CREDIT, scene.restaurant))
    await ledger.load(connection, scene.network, _spent(items) | closing | originals.leases(), limits)
    restores = await read_restores(connection, scene.network, originals=originals.events(), closing=closing)
    guests |= {key.subject for key in ledger.limits() if key.kind is LimitKind.POINTS}
    accounts = await load_points(connection, scene.network, guests, _undone(ledger, originals, restores))
    points = Points(accounts, ledger)
    undoing = Undoing(ledger=ledger, originals=originals, restores=restores, points=points)
    by_hand = await read_by_hand(connection, scene.network, items)
    return Books(scene=scene, ledger=ledger, uses=uses, points=points, undoing=undoing, by_hand=by_hand)


def _spent(items: Sequence[Item]) -> set[UUID]:
    spent = {spend.lease for item in items for spend in item.link.envelope.spends}
    restored = {restore.lease for item in items for restore in item.link.envelope.restores}
    return spent | restored


def _guests(items: Sequence[Item], originals: Originals) -> set[int]:
    """Return whose points the payloads move."""
    guests: set[int | None] = {original.guest for original in originals.all() if original.points_earned}
    for item in items:
        payload = item.payload
        if (
            type(payload) is PointsAdjusted
            or (type(payload) is Sale and payload.points_earned > 0)
            or (type(payload) is Redemption and payload.points > 0 and payload.sale is None)
        ):
            guests.add(payload.guest_id)
    return {guest for guest in guests if guest is not None}


def _undone(ledger: Ledger, originals: Originals, restores: Restores) -> set[tuple[int, str]]:
    """Return the operations on points, by guest, that may be taken back."""
    undone = {
        (original.guest, str(original.event))
        for original in originals.all()
        if original.guest is not None and original.points_earned
    }
    spendings = {
        *((event, lease) for event in originals.events() for lease in originals.spent(event)),
        *restores.spendings(),
    }
    for event, lease in spendings:
        key = ledger.key_of(lease)
        if key is not None and key.kind is LimitKind.POINTS:
            undone.add((key.subject, spending(event, lease)))
    return undone
