"""The catalogue of rewards as the office edits it."""

from dataclasses import asdict

import asyncpg
import msgspec

from sync.central.services.audit import record_by
from sync.central.services.editing.versions import require_version, versioned
from sync.central.services.login import Person
from sync.central.services.networks import publish_settings
from sync.central.services.refusal import Refusal
from sync.central.services.rewards import list_rewards, put_reward, read_reward
from sync.protocol.problems import ProblemType
from sync.rules.rewards import Reward


class RewardView(msgspec.Struct, frozen=True, kw_only=True):
    """A reward as the office sees it; ``version`` comes back with a change."""

    id: int
    name: str
    points: int
    item: str | None
    active: bool
    tiers: tuple[str, ...]
    starts_on: str | None
    ends_on: str | None
    version: int = 0


class NewReward(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reward to be offered; no ``tiers`` are all tiers, days are ``YYYY-MM-DD`` and the last one is included."""

    name: str
    points: int
    item: str | None = None
    active: bool = True
    tiers: tuple[str, ...] = ()
    starts_on: str | None = None
    ends_on: str | None = None


class RewardChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. A ``version`` that is not the reward's any more is refused."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    points: int | msgspec.UnsetType = msgspec.UNSET
    item: str | msgspec.UnsetType | None = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET
    tiers: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    starts_on: str | msgspec.UnsetType | None = msgspec.UNSET
    ends_on: str | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def show_rewards(
    connection: asyncpg.Connection, network_id: int, *, limit: int, offset: int
) -> tuple[list[RewardView], int]:
    """Return some rewards, the cheapest first, and the number of all."""
    rewards, total = await list_rewards(connection, network_id, limit=limit, offset=offset)
    return [_view(reward) for reward in rewards], total


async def find_reward(connection: asyncpg.Connection, network_id: int, reward_id: int) -> RewardView:
    """Return one reward; raises :class:`Refusal` ``not-found``."""
    reward = await read_reward(connection, network_id, reward_id)
    if reward is None:
        raise Refusal(
            ProblemType.NOT_FOUND, f"There is no reward {reward_id}.", "Look at the list of rewards."
        )
    return _view(reward)


async def add_reward(connection: asyncpg.Connection, person: Person, new: NewReward) -> RewardView:
    """Offer a reward, and tell the tills; raises :class:`UserError` for what does not fit."""
    number = await put_reward(connection, person.network, Reward(id=0, **msgspec.structs.asdict(new)))
    await _note(connection, person, "reward.create", number, new)
    return await find_reward(connection, person.network, number)


async def change_reward(
    connection: asyncpg.Connection, person: Person, reward_id: int, change: RewardChange
) -> RewardView:
    """Change a reward, and tell the tills; raises :class:`Refusal` ``not-found`` and :class:`UserError`.

    Two who change different fields of one at the same moment both have their way, unless they send the version that
    they have seen: then the second is told what the first has changed (``conflict``).
    """
    # The network first, as everywhere: its settings tell tills of its rewards. So nobody changes one meanwhile.
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", person.network)
    now = await find_reward(connection, person.network, reward_id)
    require_version("reward", now, change)
    fields = {
        name: getattr(now, name) if getattr(change, name) is msgspec.UNSET else getattr(change, name)
        for name in change.__struct_fields__
        if name != "version"
    }
    await put_reward(connection, person.network, Reward(id=reward_id, **fields))
    await _note(connection, person, "reward.change", reward_id, change)
    return await find_reward(connection, person.network, reward_id)


async def drop_reward(connection: asyncpg.Connection, person: Person, reward_id: int) -> None:
    """Take a reward that nobody has had out of the catalogue.

    Raises :class:`Refusal` ``not-found``, or ``conflict`` for one that guests have had.
    """
    await find_reward(connection, person.network, reward_id)
    taken = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM guest_transactions WHERE network_id = $1 AND reward_id = $2)
        OR EXISTS (SELECT FROM sales s WHERE s.network_id = $1
            AND s.lines @> jsonb_build_array(jsonb_build_object('reward', $2::bigint)))""",
        person.network,
        reward_id,
    )
    if taken:
        raise Refusal(
            ProblemType.CONFLICT,
            "Guests have had this reward.",
            "Set active to false: it is then offered no more.",
        )
    await connection.execute(
        "DELETE FROM rewards WHERE network_id = $1 AND id = $2", person.network, reward_id
    )
    await publish_settings(connection, person.network)
    await _note(connection, person, "reward.delete", reward_id, None)


def _view(reward: Reward) -> RewardView:
    return versioned(RewardView(**asdict(reward)))


async def _note(
    connection: asyncpg.Connection, person: Person, action: str, reward_id: int, what: msgspec.Struct | None
) -> None:
    await record_by(
        connection, person, action, f"reward:{reward_id}", {} if what is None else msgspec.to_builtins(what)
    )
