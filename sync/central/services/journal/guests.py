"""What a batch changes of its guests: how many purchases stand, and their points."""

from collections import Counter

import asyncpg

from sync.central.clock import clock_of
from sync.central.services.cases import CaseKind
from sync.central.services.feed_rows import GUEST_COLUMNS, guest_row
from sync.central.services.field_keys import known_fields
from sync.central.services.journal.item import Item, Scene
from sync.central.services.outbox import publish_many
from sync.central.services.points_accounts import PointsAccounts
from sync.protocol.feed import Table
from sync.protocol.payloads import Refund, Void


class Purchases:
    """Sales of guests, counted up, and down again when they are undone as a whole."""

    def __init__(self) -> None:
        """Begin with none."""
        self.counts: Counter[int] = Counter()
        self._of: dict[int, list[tuple[Item, int]]] = {}

    def count(self, item: Item, guest: int | None, by: int, points: int = 0) -> None:
        """Count one sale of a guest that earned ``points``; nobody's is not counted."""
        if guest is not None:
            self.counts[guest] += by
            self._of.setdefault(guest, []).append((item, points))

    def make_up(self, guest: int, number: int) -> None:
        """Count sales that were booked before anybody knew the guest."""
        self.counts[guest] += number

    def unknown(self, known: set[int]) -> None:
        """Raise a case for each event of a guest whom central does not have: by them it is made up for."""
        for guest in sorted(self.counts.keys() - known):
            for item, points in self._of.get(guest, ()):
                if not isinstance(item.payload, Void | Refund):
                    item.raise_case(CaseKind.GUEST_UNKNOWN, guest=guest, points=points)


async def book_guests(
    connection: asyncpg.Connection, scene: Scene, purchases: Purchases, accounts: PointsAccounts
) -> None:
    """Write what changed and tell the tills: a balance is what a guest may hear at any counter."""
    changed = accounts.changed()
    ids = sorted(purchases.counts.keys() | changed.keys())
    if not ids:
        return
    await connection.execute(
        "SELECT 1 FROM guests WHERE network_id = $1 AND id = ANY ($2::bigint[]) ORDER BY id FOR NO KEY UPDATE",
        scene.network,
        ids,
    )
    records = await connection.fetch(
        f"""UPDATE guests SET purchases = GREATEST(purchases + a.more, 0),
            points = COALESCE(a.balance, points), points_owed = COALESCE(a.owed, points_owed)
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS a (guest, more, balance, owed)
        WHERE network_id = $1 AND id = a.guest RETURNING {GUEST_COLUMNS}""",  # noqa: S608 - columns are ours
        scene.network,
        ids,
        [purchases.counts[guest] for guest in ids],
        [changed[guest].balance if guest in changed else None for guest in ids],
        [changed[guest].owed if guest in changed else None for guest in ids],
    )
    await accounts.write(connection, scene.network)
    seal = await known_fields(connection, scene.secrets, scene.network)
    at_ms = clock_of(connection).now_ms()
    rows = [(record["id"], guest_row(record, seal, as_of_ms=at_ms)) for record in records]
    await publish_many(connection, scene.network, Table.GUEST, rows)
    purchases.unknown({record["id"] for record in records})
