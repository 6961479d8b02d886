"""The two switches of the referral system (document 001): on at all, and needed to register."""

import asyncpg
import msgspec

from sync.central.services.audit import record_by
from sync.central.services.login import Person
from sync.central.services.networks import switch_referral


class ReferralConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Both are off until somebody turns them on; ``required`` counts only while ``enabled`` is on."""

    enabled: bool
    required: bool


class ConfigChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the switches are to stand; one that is not named stays."""

    enabled: bool | msgspec.UnsetType = msgspec.UNSET
    required: bool | msgspec.UnsetType = msgspec.UNSET


async def read_config(connection: asyncpg.Connection, network_id: int) -> ReferralConfig:
    """Return how the switches stand."""
    row = await connection.fetchrow(
        "SELECT referral_enabled AS enabled, referral_required AS required FROM networks WHERE id = $1",
        network_id,
    )
    return ReferralConfig(**row)


async def set_config(connection: asyncpg.Connection, person: Person, change: ConfigChange) -> ReferralConfig:
    """Turn the switches; the tills follow by their feed."""
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", person.network)
    now = await read_config(connection, person.network)
    await switch_referral(
        connection,
        person.network,
        enabled=now.enabled if change.enabled is msgspec.UNSET else change.enabled,
        required=now.required if change.required is msgspec.UNSET else change.required,
    )
    await record_by(
        connection, person, "referral.config", f"network:{person.network}", msgspec.to_builtins(change)
    )
    return await read_config(connection, person.network)
