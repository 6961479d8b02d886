"""Units that come back: never more of an event's spending than it spent, however many events undo it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import asyncpg

from sync.central.services.cases import CaseKind
from sync.central.services.journal.ledger import Ledger
from sync.protocol.event import Restore


class _Key(NamedTuple):
    event: UUID
    original: UUID
    lease: UUID


@dataclass(slots=True)
class _Row:
    units: int
    waiting: int


class Returned(NamedTuple):
    """Units that can be used again since now, because ``event`` undid ``original``.

    Those that only make good what was spent beyond the limit are not among them.
    """

    event: UUID
    original: UUID
    lease: UUID
    units: int


class Restores:
    """What came back of the leases of one batch. The ledger holds their locks."""

    def __init__(self, rows: dict[_Key, _Row]) -> None:
        """Take what was read; :func:`read_restores` does it."""
        self._rows = rows

    def given(self, original: UUID, lease: UUID) -> int:
        """Return how much of an event's spending came back, or will once its lease is closed."""
        return sum(
            row.units + row.waiting
            for key, row in self._rows.items()
            if (key.original, key.lease) == (original, lease)
        )

    def spendings(self) -> set[tuple[UUID, UUID]]:
        """Return which events' spending of which leases has come back in part, or waits to."""
        return {(key.original, key.lease) for key in self._rows}

    def knows(self, event: UUID, restore: Restore) -> bool:
        """Whether this very restore is booked."""
        return _Key(event, restore.of, restore.lease) in self._rows

    def give(
        self, ledger: Ledger, event: UUID, restore: Restore, *, spent: int
    ) -> tuple[Returned | None, CaseKind | None]:
        """Give units back, at most what ``of`` had spent of the lease; say why a person must look, if so."""
        key = _Key(event, restore.of, restore.lease)
        alike = [
            row
            for each, row in self._rows.items()
            if (each.original, each.lease) == (key.original, key.lease)
        ]
        back = sum(row.units for row in alike)
        waiting = 0 if restore.here else sum(row.waiting for row in alike)
        units = min(restore.units, spent - back - waiting)
        if units <= 0:
            return None, CaseKind.RESTORE_IMPOSSIBLE
        before = _worth(ledger, restore.lease)
        done = ledger.restore(restore.lease, units, here=restore.here)
        gained = _worth(ledger, restore.lease) - before
        _make_room(alike, spent - back - done.back)
        row = self._rows.setdefault(key, _Row(0, 0))
        row.units += done.back
        row.waiting += done.waiting
        problem = done.problem or (CaseKind.RESTORE_IMPOSSIBLE if units < restore.units else None)
        return (Returned(*key, gained) if gained > 0 else None), problem

    def release(self, ledger: Ledger, lease: UUID) -> list[Returned]:
        """Give to the pool what waited for a lease to be closed; return it."""
        if not ledger.is_closed(lease):
            return []
        released = []
        for key, row in self._rows.items():
            if key.lease == lease and row.waiting:
                before = _worth(ledger, lease)
                row.units += ledger.release(lease, row.waiting)
                released.append(Returned(*key, _worth(ledger, lease) - before))
                row.waiting = 0
        return [returned for returned in released if returned.units > 0]

    async def write(self, connection: asyncpg.Connection, network_id: int) -> None:
        """Write back what changed."""
        if not self._rows:
            return
        await connection.execute(
            """INSERT INTO restores (network_id, event, original, lease, units, waiting)
            SELECT $1, r.event, r.original, r.lease, r.units, r.waiting
            FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[])
                AS r (event, original, lease, units, waiting)
            ON CONFLICT (network_id, event, original, lease)
                DO UPDATE SET units = EXCLUDED.units, waiting = EXCLUDED.waiting""",
            network_id,
            [key.event for key in self._rows],
            [key.original for key in self._rows],
            [key.lease for key in self._rows],
            [row.units for row in self._rows.values()],
            [row.waiting for row in self._rows.values()],
        )


async def read_restores(
    connection: asyncpg.Connection,
    network_id: int,
    *,
    originals: Collection[UUID],
    closing: Collection[UUID],
) -> Restores:
    """Read what came back of these events' spending, and what waits for these leases to be closed."""
    if not originals and not closing:
        return Restores({})
    rows = await connection.fetch(
        """SELECT event, original, lease, units, waiting FROM restores
        WHERE network_id = $1 AND original = ANY ($2::uuid[])
        UNION
        SELECT event, original, lease, units, waiting FROM restores
        WHERE network_id = $1 AND lease = ANY ($3::uuid[]) AND waiting > 0""",
        network_id,
        list(originals),
        list(closing),
    )
    return Restores(
        {
            _Key(row["event"], row["original"], row["lease"]): _Row(row["units"], row["waiting"])
            for row in rows
        }
    )


def _worth(ledger: Ledger, lease: UUID) -> int:
    key = ledger.key_of(lease)
    return 0 if key is None else ledger.worth(key)


def _make_room(rows: list[_Row], most: int) -> None:
    """Let what waits wait no longer as far as its till has given it back itself."""
    for row in rows:
        row.waiting = min(row.waiting, max(most, 0))
        most -= row.waiting
