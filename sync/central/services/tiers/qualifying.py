"""What a guest's purchases count for a tier, and which tier that is.

One whole unit of the currency that was paid for a purchase that stands counts as one qualifying point, in both
models: what a tier gives must not change how it is reached. Purchases count for ``window_days``. A higher tier
comes at once; one that was earned goes when the purchases that it was earned by count no longer, one that was given
by hand stays.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.schema.words import TierWhy
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import GUEST_COLUMNS, guest_row
from sync.central.services.field_keys import known_fields
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table
from sync.rules.money import exponent_of
from sync.rules.tiers import Tier

SYSTEM = "system"


class TierRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days a purchase counts (None: for ever), and whether a tier that was earned can lapse."""

    window_days: int | None = 365
    lapses: bool = True


class Ladder(msgspec.Struct, frozen=True):
    """A network's tiers from the lowest on, and how they are reached."""

    tiers: tuple[Tier, ...]
    rules: TierRules
    exponent: int

    def reached(self, qualifying: int) -> Tier:
        """Return the tier that so many qualifying points reach."""
        return [tier for tier in self.tiers if tier.from_points <= qualifying][-1]

    def next_after(self, name: str) -> Tier | None:
        """Return the tier above one, None above the highest and above one that is not here."""
        rank = self.rank(name)
        return self.tiers[rank + 1] if 0 <= rank < len(self.tiers) - 1 else None

    def rank(self, name: str) -> int:
        """Return the place of a tier from below, -1 for one that the network does not have."""
        return next((place for place, tier in enumerate(self.tiers) if tier.name == name), -1)

    def higher(self, one: str, other: str) -> str:
        """Return the higher of two tiers, the first where they are the same."""
        return other if self.rank(other) > self.rank(one) else one


async def read_ladder(connection: asyncpg.Connection, network_id: int) -> Ladder:
    """Read the network's tiers."""
    row = await connection.fetchrow(
        "SELECT tiers, tier_rules, currency FROM networks WHERE id = $1", network_id
    )
    tiers = sorted(msgspec.convert(row["tiers"], list[Tier]), key=lambda tier: tier.from_points)
    return Ladder(tuple(tiers), msgspec.convert(row["tier_rules"], TierRules), exponent_of(row["currency"]))


async def qualifying_of(
    connection: asyncpg.Connection, network_id: int, ladder: Ladder, guests: Collection[int]
) -> dict[int, int]:
    """Return the qualifying points of guests; what was paid with points or given back counts for nothing."""
    days = ladder.rules.window_days
    since = None if days is None else moment(clock_of(connection)) - timedelta(days=days)
    rows = await connection.fetch(
        """WITH asked AS (SELECT unnest($2::bigint[]) AS kept),
        known AS (
            SELECT kept, kept AS guest FROM asked
            UNION SELECT a.kept, g.id FROM asked a JOIN guests g ON g.network_id = $1 AND g.merged_into = a.kept
        ),
        paid AS (
            SELECT k.kept, s.paid_minor - s.points_paid_minor
                - COALESCE((SELECT sum(b) FROM unnest(r.refunded) AS b), 0) AS minor
            FROM known k JOIN sales s ON s.network_id = $1 AND s.guest_id = k.guest AND ($3::timestamptz IS NULL OR s.at > $3)
            LEFT JOIN refund_totals r ON r.network_id = $1 AND r.original = s.event
            UNION ALL
            SELECT k.kept, t.paid_minor FROM known k JOIN guest_transactions t
                ON t.network_id = $1 AND t.guest_id = k.guest AND t.kind = 'SALE' AND ($3::timestamptz IS NULL OR t.at > $3)
        )
        SELECT kept, sum(GREATEST(minor, 0))::bigint AS minor FROM paid GROUP BY kept""",
        network_id,
        list(guests),
        since,
    )
    unit = 10**ladder.exponent
    found = {row["kept"]: row["minor"] // unit for row in rows}
    return {guest: found.get(guest, 0) for guest in guests}


async def review_tiers(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, guests: Sequence[int]
) -> int:
    """Let guests have the tier that they have reached, in the caller's transaction; return how many changed."""
    ladder = await read_ladder(connection, network_id)
    rows = await connection.fetch(
        """SELECT id, tier, tier_earned FROM guests
        WHERE network_id = $1 AND id = ANY ($2::bigint[]) AND merged_into IS NULL ORDER BY id FOR NO KEY UPDATE""",
        network_id,
        list(guests),
    )
    counted = await qualifying_of(connection, network_id, ladder, [row["id"] for row in rows])
    steps, lapsing = [], []
    for row in rows:
        reached = ladder.reached(counted[row["id"]])
        here, there = ladder.rank(row["tier"]), ladder.rank(reached.name)
        if there > here:
            steps.append(TierStep(row["id"], row["tier"], reached.name, TierWhy.EARNED, counted[row["id"]]))
        elif there < here and row["tier_earned"] and ladder.rules.lapses:
            lapsing.append((row["id"], row["tier"], reached.name))
    held = await held_tiers(connection, network_id, ladder, [guest for guest, _, _ in lapsing])
    for guest, now, reached_name in lapsing:
        given = held[guest].given
        kept, earned = ladder.higher(given, reached_name), ladder.rank(reached_name) > ladder.rank(given)
        if kept != now:
            steps.append(TierStep(guest, now, kept, TierWhy.LAPSED, counted[guest], earned=earned))
    await change_tiers(connection, secrets, network_id, steps, actor=SYSTEM)
    return len(steps)


class Held(NamedTuple):
    """What a guest holds by their history: the tier that they were given, and the one that they had earned beside it.

    What was given goes by no review: what was given by hand last, or by a code since; of whom nobody gave anything,
    what they began with.
    """

    given: str
    earned: str | None


async def held_tiers(
    connection: asyncpg.Connection,
    network_id: int,
    ladder: Ladder,
    guests: Collection[int],
    *,
    without: Collection[UUID] = (),
) -> dict[int, Held]:
    """Read what guests hold, as if the uses ``without`` had given nothing."""
    if not guests:
        return {}
    rows = await connection.fetch(
        """SELECT g.id, g.tier, c.tier_from, c.tier_to, c.why, c.event, c.given FROM guests g
        LEFT JOIN tier_changes c ON c.network_id = $1 AND c.guest_id = g.id
        WHERE g.network_id = $1 AND g.id = ANY ($2::bigint[]) ORDER BY c.id""",
        network_id,
        list(guests),
    )
    undone = {row["event"] for row in rows if row["why"] == TierWhy.TAKEN_BACK}.union(without)
    found: dict[int, Held] = {}
    for row in rows:
        before = found.get(row["id"]) or Held(row["tier_from"] or row["tier"], None)
        found[row["id"]] = _after(ladder, before, row, undone)
    return found


def _after(ladder: Ladder, held: Held, change: asyncpg.Record, undone: Collection[UUID]) -> Held:
    match change["why"]:
        case TierWhy.BY_HAND:
            return Held(change["tier_to"], None)
        case TierWhy.GIVEN if change["event"] not in undone:
            return held._replace(given=ladder.higher(held.given, change["given"]))
        case TierWhy.EARNED | TierWhy.LAPSED:
            return held._replace(earned=change["tier_to"])
    return held


class TierStep(NamedTuple):
    """One change of a guest's tier. ``earned``: purchases reach it, so that it can lapse with them.

    ``event`` is the use of a code that it comes from, ``given`` the tier that this gave.
    """

    guest: int
    tier_from: str
    tier_to: str
    why: TierWhy
    qualifying: int
    earned: bool = True
    event: UUID | None = None
    given: str | None = None


async def change_tiers(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    steps: Sequence[TierStep],
    *,
    actor: str,
) -> None:
    """Write changes with their history, in their order, and tell the tills."""
    if not steps:
        return
    at = moment(clock_of(connection))
    await connection.executemany(
        """INSERT INTO tier_changes (network_id, guest_id, tier_from, tier_to, why, qualifying, at, actor, event, given)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        [
            (
                network_id,
                step.guest,
                step.tier_from,
                step.tier_to,
                step.why.value,
                step.qualifying,
                at,
                actor,
                step.event,
                step.given,
            )
            for step in steps
        ],
    )
    last = {step.guest: step for step in steps}
    records = await connection.fetch(
        f"""UPDATE guests SET tier = a.reached, tier_earned = a.earned
        FROM unnest($2::bigint[], $3::text[], $4::bool[]) AS a (guest, reached, earned)
        WHERE network_id = $1 AND id = a.guest RETURNING {GUEST_COLUMNS}""",  # noqa: S608 - columns are ours
        network_id,
        list(last),
        [step.tier_to for step in last.values()],
        [step.earned for step in last.values()],
    )
    moved = {step.guest for step in steps if step.tier_from != step.tier_to}
    seal = await known_fields(connection, secrets, network_id)
    at_ms = clock_of(connection).now_ms()
    published = [
        (record["id"], guest_row(record, seal, as_of_ms=at_ms)) for record in records if record["id"] in moved
    ]
    await publish_many(connection, network_id, Table.GUEST, published)
