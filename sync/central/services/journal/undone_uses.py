"""Uses that a batch itself undoes: what comes behind the void in it finds their room free, as its till did.

Uses of a day and of a referral code are held by no lease, so that a batch is judged by counts. Those are corrected
when what is undone is booked, which is after all of the batch was judged: a cashier who undoes a mistake and makes
it again would be told of as somebody who used a code twice. Only voids count here, for a till that gives money back
takes the use for made (``sync.till.journal.use_book``).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.redemptions import Use
from sync.protocol.payloads import Void


class UndoneUse(NamedTuple):
    """A use that is undone behind the event ``after`` of its batch (its place there), and where it had counted."""

    after: int
    code: int
    campaign: int
    guest: int | None
    at_ms: int


class Undone:
    """What a batch undoes, in the order in which it stands there."""

    def __init__(self, items: Sequence[Item], uses: Sequence[UndoneUse]) -> None:
        """Take what :func:`read_undone` has found."""
        self._places = {item.event_id: place for place, item in enumerate(items)} if uses else {}
        self._uses = uses

    def before(self, event: UUID) -> list[UndoneUse]:
        """Return the uses that were undone when this event of the batch was written."""
        if not self._uses:
            return []
        place = self._places[event]
        return [use for use in self._uses if use.after < place]


async def read_undone(
    connection: asyncpg.Connection, scene: Scene, items: Sequence[Item], uses: Mapping[UUID, Use]
) -> Undone:
    """Find the uses that the voids of a batch undo, those of this batch and those that stand in the books."""
    voids = {item.payload.original: place for place, item in enumerate(items) if type(item.payload) is Void}
    if not voids:
        return Undone(items, ())
    found = []
    for item in items:
        use = uses.get(item.event_id)
        if use is None:
            continue
        after = voids.get(item.event_id, voids.get(use.payload.sale) if use.payload.sale else None)
        if after is not None:
            at_ms = item.link.envelope.trusted_ms
            found.append(UndoneUse(after, use.code.id, use.offer.id, use.payload.guest_id, at_ms))
    rows = await connection.fetch(
        """SELECT r.event, r.sale, r.code_id, c.campaign_id, r.guest_id,
            round(extract(epoch FROM r.at) * 1000)::bigint AS at_ms
        FROM redemptions r JOIN codes c ON c.network_id = $1 AND c.id = r.code_id
        WHERE r.network_id = $1 AND (r.event = ANY ($2::uuid[]) OR r.sale = ANY ($2::uuid[]))
            AND NOT (r.event = ANY ($3::uuid[]))
            AND NOT EXISTS (SELECT 1 FROM refund_totals t
                WHERE t.network_id = $1 AND t.done AND t.original IN (r.event, r.sale))""",
        scene.network,
        list(voids),
        [item.event_id for item in items],
    )
    for row in rows:
        after = voids[row["event"] if row["event"] in voids else row["sale"]]
        found.append(UndoneUse(after, row["code_id"], row["campaign_id"], row["guest_id"], row["at_ms"]))
    return Undone(items, found)
