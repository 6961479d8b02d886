"""What a till knew at its feed cursor: rows as they are now, where nothing came after it, else as they were.

The outbox keeps every version for ninety days. Where the version that the till had is not among them (it came
with a snapshot, or too long ago), nobody can say what it knew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import asyncpg
import msgspec

from sync.central.services.journal.item import Scene
from sync.protocol.feed import Table

NEVER = 2**63 - 1
"""The number of a row that the sequencer has not stamped yet: no till knows it."""


class Then(Enum):
    """What can be said of a row at a cursor, where it is not the bytes of an older version."""

    AS_NOW = "as_now"
    LOST = "lost"


class Office(msgspec.Struct, frozen=True):
    """Central's own standing: its feed, the place's zone, and the switch of referral codes."""

    epoch: str
    head: int
    floor: int
    """The first number that is still kept."""
    pending: bool
    """Whether rows wait for their number."""
    zone: str
    referral_enabled: bool


async def read_office(connection: asyncpg.Connection, scene: Scene) -> Office:
    """Read how the network's feed stands, once for a batch."""
    row = await connection.fetchrow(
        """SELECT n.feed_epoch, n.feed_head, n.referral_enabled, COALESCE(r.zone, n.zone) AS zone,
            COALESCE((SELECT min(number) FROM outbox WHERE network_id = $1 AND number IS NOT NULL),
                n.feed_head + 1) AS floor,
            EXISTS (SELECT 1 FROM outbox WHERE network_id = $1 AND number IS NULL) AS pending
        FROM networks n LEFT JOIN restaurants r ON r.network_id = $1 AND r.id = $2 WHERE n.id = $1""",
        scene.network,
        scene.restaurant,
    )
    return Office(
        epoch=str(row["feed_epoch"]),
        head=row["feed_head"],
        floor=row["floor"],
        pending=row["pending"],
        zone=row["zone"],
        referral_enabled=row["referral_enabled"],
    )


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of rows that changed after the oldest cursor of a batch, oldest first."""

    floor: int
    changed: Mapping[tuple[Table, int], list[tuple[int, bytes | None]]]

    def as_now(self, cursor: int) -> bool:
        """Whether a till at this cursor knew all of these rows as they are now."""
        return not self.changed and cursor + 1 >= self.floor

    def at(self, table: Table, subject: int, cursor: int) -> bytes | Then:
        """Return a row as a till at this cursor knew it; a deleted one is lost."""
        if cursor + 1 < self.floor:
            return Then.LOST
        versions = self.changed.get((table, subject))
        if versions is None or versions[-1][0] <= cursor:
            return Then.AS_NOW
        known = [row for number, row in versions if number <= cursor]
        return Then.LOST if not known or known[-1] is None else known[-1]


async def read_versions(
    connection: asyncpg.Connection,
    network_id: int,
    office: Office,
    subjects: Mapping[Table, set[int]],
    since: int,
) -> Versions:
    """Read what became of rows after a cursor; costs nothing while the till was up to date."""
    if since >= office.head and not office.pending:
        return Versions(office.floor, {})
    wanted = [(table.value, subject) for table, some in subjects.items() for subject in some]
    changed = await connection.fetch(
        """SELECT w.tab, w.subject FROM unnest($2::text[], $3::bigint[]) AS w (tab, subject)
        CROSS JOIN LATERAL (
            SELECT 1 FROM outbox o WHERE o.network_id = $1 AND o.tab = w.tab AND o.subject = w.subject
                AND (o.number IS NULL OR o.number > $4) LIMIT 1
        ) AS newer""",
        network_id,
        [tab for tab, _ in wanted],
        [subject for _, subject in wanted],
        since,
    )
    if not changed:
        return Versions(office.floor, {})
    rows = await connection.fetch(
        """SELECT w.tab, w.subject, COALESCE(o.number, $5) AS number, o.row
        FROM unnest($2::text[], $3::bigint[]) AS w (tab, subject)
        CROSS JOIN LATERAL (
            SELECT max(p.number) AS number FROM outbox p
            WHERE p.network_id = $1 AND p.tab = w.tab AND p.subject = w.subject AND p.number <= $4
        ) AS known
        CROSS JOIN LATERAL (
            SELECT v.number, v.row FROM outbox v
            WHERE v.network_id = $1 AND v.tab = w.tab AND v.subject = w.subject
                AND (v.number IS NULL OR v.number >= COALESCE(known.number, 0)) OFFSET 0
        ) AS o ORDER BY number""",
        network_id,
        [record["tab"] for record in changed],
        [record["subject"] for record in changed],
        since,
        NEVER,
    )
    versions: dict[tuple[Table, int], list[tuple[int, bytes | None]]] = {}
    for row in rows:
        versions.setdefault((Table(row["tab"]), row["subject"]), []).append((row["number"], row["row"]))
    return Versions(office.floor, versions)
