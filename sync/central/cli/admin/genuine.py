"""`make-voucher`, `make-digits`, `rotate-key` and `withdraw-key`: what proves itself, and by which keys."""

import argparse
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.schema.words import KeyPurpose
from sync.central.services import audit, network_keys
from sync.central.services.cards import give_digits
from sync.central.services.networks import require_network
from sync.central.services.vouchers import make_vouchers
from sync.rules.local_time import parse_day
from sync.rules.user_error import UserError


async def make_voucher(office: Office, options: argparse.Namespace) -> None:
    """Print ``{"code_id", "code", "text", "key"}`` for each voucher; ``text`` is what its QR holds."""
    network_id: int = options.network
    await require_network(office.database, network_id)
    async with office.database.network_transaction(network_id) as connection:
        zone = await connection.fetchval("SELECT zone FROM networks WHERE id = $1", network_id)
        made = await make_vouchers(
            connection,
            office.secrets,
            network_id,
            options.campaign,
            count=options.count,
            name=options.name,
            max_uses=options.max_uses,
            expires_at=end_of(options.expires_at, ZoneInfo(zone)),
        )
        await audit.record(
            connection,
            network_id,
            actor=ACTOR,
            action="voucher.make",
            subject=f"campaign:{options.campaign}",
            detail={"vouchers": len(made), "first_code": made[0].code_id},
        )
    for voucher in made:
        say(voucher._asdict())


async def make_digits(office: Office, options: argparse.Namespace) -> None:
    """Print ``{"digits", "expires_at"}``: six digits by which a guest is known for some minutes."""
    network_id: int = options.network
    await require_network(office.database, network_id)
    async with office.database.network_transaction(network_id) as connection:
        issued = await give_digits(connection, network_id, office.secrets, options.guest)
        await audit.record(
            connection, network_id, actor=ACTOR, action="guest.digits", subject=f"guest:{options.guest}"
        )
    ends = datetime.fromtimestamp(issued.expires_at_ms / 1000, UTC)
    say({"digits": issued.digits, "expires_at": ends})


async def rotate_key(office: Office, options: argparse.Namespace) -> None:
    """Make a new key, current from now on; print ``{"purpose", "key"}``."""
    network_id: int = options.network
    purpose = KeyPurpose(options.purpose)
    await require_network(office.database, network_id)
    async with office.database.network_transaction(network_id) as connection:
        number = await network_keys.add_key(connection, office.secrets, network_id, purpose)
        await audit.record(
            connection, network_id, actor=ACTOR, action="key.rotate", subject=f"{purpose}:{number}"
        )
    say({"purpose": purpose, "key": number})


async def withdraw_key(office: Office, options: argparse.Namespace) -> None:
    """Let nothing that a key made be accepted any more; print ``{"purpose", "key"}``."""
    network_id: int = options.network
    purpose = KeyPurpose(options.purpose)
    await require_network(office.database, network_id)
    async with office.database.network_transaction(network_id) as connection:
        await network_keys.withdraw_key(connection, network_id, purpose, options.key)
        await audit.record(
            connection, network_id, actor=ACTOR, action="key.withdraw", subject=f"{purpose}:{options.key}"
        )
    say({"purpose": purpose, "key": options.key})


def end_of(day: str | None, zone: ZoneInfo) -> datetime | None:
    """Return the last instant of a day in the network's zone."""
    if day is None:
        return None
    try:
        after = parse_day(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise UserError("day_unreadable", f"“{day[:40]}” is no day.", "Write 2030-12-31.") from None
    return datetime.combine(after, time(), zone) - timedelta(milliseconds=1)
