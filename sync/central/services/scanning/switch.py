"""Whether vouchers may be scanned and claimed at all: the feature flag of document 003."""

import asyncpg
import msgspec

from sync.central.services.audit import record_by
from sync.central.services.login import Person


class ScanSwitch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On or off; redeeming goes on either way."""

    enabled: bool


async def read_switch(connection: asyncpg.Connection, network_id: int) -> ScanSwitch:
    """Return how it stands."""
    return ScanSwitch(
        enabled=await connection.fetchval("SELECT voucher_scans FROM networks WHERE id = $1", network_id)
    )


async def turn_switch(connection: asyncpg.Connection, person: Person, switch: ScanSwitch) -> ScanSwitch:
    """Turn it, in the caller's transaction."""
    await connection.execute(
        "UPDATE networks SET voucher_scans = $2 WHERE id = $1", person.network, switch.enabled
    )
    await record_by(
        connection, person, "vouchers.switch", f"network:{person.network}", {"enabled": switch.enabled}
    )
    return switch
