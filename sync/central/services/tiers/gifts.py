"""Tiers that uses of codes give to guests, at tills and without one: each once, and taken back with the use.

What was given stays until its use is undone: no review takes it away, and nobody loses a higher tier by it.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from sync.central.schema.words import TierWhy
from sync.central.secrets import Secrets
from sync.central.services.tiers.qualifying import (
    Held,
    Ladder,
    TierStep,
    change_tiers,
    held_tiers,
    qualifying_of,
    read_ladder,
)


class TierGift(NamedTuple):
    """A tier that the use ``event`` of a code gives a guest."""

    guest: int
    tier: str
    event: UUID


async def give_tiers(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    gifts: Sequence[TierGift],
    *,
    actor: str,
) -> list[TierGift]:
    """Give guests tiers in the caller's transaction; return the gifts whose guest is not there.

    A tier that the network has no more is given to nobody.
    """
    if not gifts:
        return []
    ladder = await read_ladder(connection, network_id)
    guests = await _lock(connection, network_id, {gift.guest for gift in gifts})
    told = await _told(connection, network_id, [gift.event for gift in gifts])
    counted = await qualifying_of(connection, network_id, ladder, guests)
    steps = []
    for gift in gifts:
        if gift.guest not in guests or gift.event in told or ladder.rank(gift.tier) < 0:
            continue
        now, earned = guests[gift.guest]
        kept = ladder.higher(now, gift.tier)
        earned = earned and ladder.rank(gift.tier) < ladder.rank(now)
        guests[gift.guest] = _Standing(kept, earned)
        steps.append(
            TierStep(
                gift.guest,
                now,
                kept,
                TierWhy.GIVEN,
                counted[gift.guest],
                earned=earned,
                event=gift.event,
                given=gift.tier,
            )
        )
    await change_tiers(connection, secrets, network_id, steps, actor=actor)
    return [gift for gift in gifts if gift.guest not in guests]


async def take_tiers_back(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    events: Collection[UUID],
    *,
    actor: str,
) -> None:
    """Take back what uses gave that are undone now, in the caller's transaction.

    Guests keep what else they were given, and what their purchases reach.
    """
    rows = await connection.fetch(
        """SELECT event, guest_id, given FROM tier_changes g
        WHERE network_id = $1 AND event = ANY ($2::uuid[]) AND why = $3 AND NOT EXISTS (
            SELECT FROM tier_changes b WHERE b.network_id = $1 AND b.event = g.event AND b.why = $4)
        ORDER BY id""",
        network_id,
        list(events),
        TierWhy.GIVEN.value,
        TierWhy.TAKEN_BACK.value,
    )
    if not rows:
        return
    ladder = await read_ladder(connection, network_id)
    guests = await _lock(connection, network_id, {row["guest_id"] for row in rows})
    counted = await qualifying_of(connection, network_id, ladder, guests)
    held = await held_tiers(connection, network_id, ladder, guests, without=[row["event"] for row in rows])
    steps = []
    for row in rows:
        guest = row["guest_id"]
        now, earned = guests[guest]
        if not earned:
            guests[guest] = _what_is_left(ladder, held[guest], counted[guest])
        steps.append(
            TierStep(
                guest,
                now,
                guests[guest].name,
                TierWhy.TAKEN_BACK,
                counted[guest],
                earned=guests[guest].earned,
                event=row["event"],
                given=row["given"],
            )
        )
    await change_tiers(connection, secrets, network_id, steps, actor=actor)


def _what_is_left(ladder: Ladder, held: Held, counted: int) -> "_Standing":
    reached = ladder.reached(counted).name
    if not ladder.rules.lapses and held.earned is not None:
        reached = ladder.higher(reached, held.earned)
    return _Standing(ladder.higher(held.given, reached), ladder.rank(reached) > ladder.rank(held.given))


class _Standing(NamedTuple):
    """A guest's tier, and whether it lasts as long as purchases reach it only."""

    name: str
    earned: bool


async def _lock(
    connection: asyncpg.Connection, network_id: int, guests: Collection[int]
) -> dict[int, _Standing]:
    rows = await connection.fetch(
        """SELECT id, tier, tier_earned FROM guests
        WHERE network_id = $1 AND id = ANY ($2::bigint[]) ORDER BY id FOR NO KEY UPDATE""",
        network_id,
        list(guests),
    )
    return {row["id"]: _Standing(row["tier"], row["tier_earned"]) for row in rows}


async def _told(connection: asyncpg.Connection, network_id: int, events: Collection[UUID]) -> set[UUID]:
    """Return which of these uses have given their tier already; the guests are locked."""
    rows = await connection.fetch(
        "SELECT event FROM tier_changes WHERE network_id = $1 AND event = ANY ($2::uuid[]) AND why = $3",
        network_id,
        list(events),
        TierWhy.GIVEN.value,
    )
    return {row["event"] for row in rows}
