"""The catalogue of rewards: what the office offers for points, in every till's settings."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from sync.central.schema.numbers import MAX_ID
from sync.central.services.networks import publish_settings
from sync.central.services.paged_rows import paged_rows
from sync.rules.rewards import Reward
from sync.rules.user_error import UserError

MAX_REWARDS = 200
"""The catalogue travels in the settings row, whole; nobody reads more at a till."""
MAX_REWARD_POINTS = 10_000_000
MAX_NAME_CHARS = 120
_FIELDS = "id, name, points, item, active, tiers, starts_on, ends_on"


async def put_reward(connection: asyncpg.Connection, network_id: int, reward: Reward) -> int:
    """Add a reward (``id`` 0), or replace the one with that id, and tell the tills; return its id.

    Raises :class:`UserError` ``reward_unfit``, ``reward_unknown`` or ``too_many_rewards``.
    """
    name = " ".join(reward.name.split())
    if not name or len(name) > MAX_NAME_CHARS or not 0 < reward.points <= MAX_REWARD_POINTS:
        raise UserError(
            "reward_unfit",
            "A reward needs a name and a price in points.",
            f"Name it in at most {MAX_NAME_CHARS} characters, for 1 to {MAX_REWARD_POINTS:,} points.",
        )
    starts_on, ends_on = _day(reward.starts_on), _day(reward.ends_on)
    if starts_on is not None and ends_on is not None and starts_on > ends_on:
        raise UserError("reward_unfit", "A reward ends after it starts.", "Put the two days right.")
    await _check_tiers(connection, network_id, reward.tiers)
    fields = (
        network_id,
        name,
        reward.points,
        reward.item or None,
        reward.active,
        list(reward.tiers),
        starts_on,
        ends_on,
    )
    if reward.id:
        reward_id = await connection.fetchval(
            """UPDATE rewards SET name = $2, points = $3, item = $4, active = $5, tiers = $6,
                starts_on = $7, ends_on = $8
            WHERE network_id = $1 AND id = $9 RETURNING id""",
            *fields,
            reward.id,
        )
    else:
        reward_id = await connection.fetchval(
            """INSERT INTO rewards (network_id, name, points, item, active, tiers, starts_on, ends_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id""",
            *fields,
        )
    if reward_id is None:
        raise UserError("reward_unknown", "There is no such reward.", "Look at the list of rewards.")
    count: int = await connection.fetchval("SELECT count(*) FROM rewards WHERE network_id = $1", network_id)
    if count > MAX_REWARDS:
        raise UserError(
            "too_many_rewards",
            f"The tills show at most {MAX_REWARDS} rewards.",
            "Replace one that is over.",
        )
    await publish_settings(connection, network_id)
    return int(reward_id)


async def read_reward(connection: asyncpg.Connection, network_id: int, reward_id: int) -> Reward | None:
    """Return one reward, None where there is none of that number."""
    if not 0 < reward_id <= MAX_ID:
        return None
    row = await connection.fetchrow(
        f"SELECT {_FIELDS} FROM rewards WHERE network_id = $1 AND id = $2",  # noqa: S608 - fixed columns
        network_id,
        reward_id,
    )
    return None if row is None else _reward(row)


async def list_rewards(
    connection: asyncpg.Connection, network_id: int, *, limit: int, offset: int
) -> tuple[list[Reward], int]:
    """Return some rewards, the cheapest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        "FROM rewards WHERE network_id = $1",
        network_id,
        order="points, id",
        limit=limit,
        offset=offset,
    )
    return [_reward(row) for row in rows], total


async def _check_tiers(connection: asyncpg.Connection, network_id: int, tiers: Sequence[str]) -> None:
    known = await connection.fetchval("SELECT tiers FROM networks WHERE id = $1", network_id)
    names = [tier["name"] for tier in known]
    unknown = [tier for tier in tiers if tier not in names]
    if unknown:
        raise UserError(
            "reward_unfit", f"There is no tier “{unknown[0][:50]}”.", f"There are: {', '.join(names)}."
        )


def _reward(row: asyncpg.Record) -> Reward:
    days = {name: None if row[name] is None else row[name].isoformat() for name in ("starts_on", "ends_on")}
    return Reward(
        id=row["id"],
        name=row["name"],
        points=row["points"],
        item=row["item"],
        active=row["active"],
        tiers=tuple(row["tiers"]),
        **days,
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("reward_unfit", "This is no day.", "Write it as in 2026-12-31.") from None
