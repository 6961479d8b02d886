"""Networks: the tenants of an installation."""

from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import asyncpg
import msgspec

from sync.central.database import Database, enter_network
from sync.central.schema.words import KeyPurpose, Noun, Role
from sync.central.secrets import Secrets
from sync.central.services.audit import Acting, record, record_by
from sync.central.services.directory import enter_in_directory
from sync.central.services.feed_rows import settings_row
from sync.central.services.field_keys import add_field_key
from sync.central.services.live_keys import make_key
from sync.central.services.names import fit_name
from sync.central.services.outbox import publish
from sync.central.services.staff import NewStaff, create_staff
from sync.protocol.feed import Table
from sync.rules.tiers import DEFAULT_TIERS
from sync.rules.user_error import UserError

_CURRENCY_CHARS = 3
_ACTION = "network.create"


class CreatedNetwork(NamedTuple):
    """A new network and the person who owns it."""

    network_id: int
    owner_id: int


class MadeBy(NamedTuple):
    """Who makes a network: what its own audit log calls them, and who they are in the network whose log tells it too."""

    actor: str
    elsewhere: Acting | None = None


async def create_network(
    database: Database,
    secrets: Secrets,
    *,
    name: str,
    owner_email: str,
    password: str,
    currency: str = "EUR",
    zone: str = "UTC",
    by: MadeBy | None = None,
) -> CreatedNetwork:
    """Make a network with the five default tiers and its first keys, and its owner, who signs in by e-mail and password.

    The logs that say who made it are written in the same transaction.

    Raises :class:`UserError` ``name_unfit``, ``zone_unknown``, ``currency_unknown``, ``email_unfit``,
    ``email_taken`` or ``password_unfit``; then nothing is made.
    """
    name = fit_name(name)
    async with database.directory_transaction() as connection:
        network_id: int = await connection.fetchval(
            "SELECT nextval(pg_get_serial_sequence('networks', 'id'))"
        )
        await enter_network(connection, network_id)
        await connection.execute(
            "INSERT INTO networks (id, name, currency, zone, tiers, field_key) VALUES ($1, $2, $3, $4, $5, 1)",
            network_id,
            name,
            fit_currency(currency),
            fit_zone(zone),
            msgspec.to_builtins(DEFAULT_TIERS),
        )
        await add_field_key(connection, secrets, network_id, 1)
        await enter_in_directory(connection, network_id, Noun.NETWORK, network_id)
        owner = await create_staff(
            connection,
            network_id,
            secrets,
            NewStaff(name="Owner", role=Role.OWNER, email=owner_email, password=password),
        )
        for purpose in KeyPurpose:
            await make_key(connection, secrets, network_id, purpose)
        await publish_settings(connection, network_id)
        subject = f"network:{network_id}"
        if by is not None:
            await record(connection, network_id, actor=by.actor, action=_ACTION, subject=subject)
        if by is not None and by.elsewhere is not None:
            await enter_network(connection, by.elsewhere.network)
            await record_by(connection, by.elsewhere, _ACTION, subject)
    return CreatedNetwork(network_id, owner.staff_id)


async def publish_settings(connection: asyncpg.Connection, network_id: int) -> None:
    """Tell the tills the network's settings as they are in this transaction.

    The network's row is locked first, so that of two changes at once the later one sees the earlier.
    """
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", network_id)
    row = await settings_row(connection, network_id)
    await publish(connection, network_id, Table.SETTINGS, network_id, row)


async def switch_referral(
    connection: asyncpg.Connection, network_id: int, *, enabled: bool, required: bool = False
) -> None:
    """Turn referral codes on or off, and whether a new guest needs one (document 001); the tills follow.

    A requirement is kept while the codes are off, where it counts for nothing.
    """
    await connection.execute(
        "UPDATE networks SET referral_enabled = $2, referral_required = $3 WHERE id = $1",
        network_id,
        enabled,
        required,
    )
    await publish_settings(connection, network_id)


async def require_network(database: Database, network_id: int) -> None:
    """Raise :class:`UserError` ``unknown_network`` unless it exists."""
    if await database.network_of(Noun.NETWORK, network_id) is None:
        raise UserError(
            "unknown_network",
            f"There is no network {network_id}.",
            "`admin create-network` makes one and prints its number.",
        )


def fit_zone(zone: str) -> str:
    """Return an IANA zone; raises :class:`UserError` ``zone_unknown``."""
    if zone not in _zones():
        raise UserError(
            "zone_unknown", f"“{zone}” is no time zone.", "Write it as in Europe/Berlin or Asia/Kolkata."
        )
    return ZoneInfo(zone).key


@cache
def _zones() -> set[str]:
    """List the zones once: looking for them reads hundreds of files."""
    return available_timezones()


def fit_currency(currency: str) -> str:
    """Return a currency's three letters; raises :class:`UserError` ``currency_unknown``."""
    letters = currency.strip().upper()
    if len(letters) != _CURRENCY_CHARS or not (letters.isascii() and letters.isalpha()):
        raise UserError(
            "currency_unknown", f"“{currency}” is no currency.", "Write its three letters, as in EUR."
        )
    return letters
