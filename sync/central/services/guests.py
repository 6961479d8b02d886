"""Guests and their cards."""

from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.secrets import Secrets
from sync.central.services.cards import make_card
from sync.central.services.feed_rows import GUEST_COLUMNS, GUEST_NAME_FIELD, guest_row
from sync.central.services.names import fit_name
from sync.central.services.outbox import publish
from sync.central.services.points import open_balance
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Table
from sync.rules.user_error import UserError

GUEST_PHONE_FIELD = "guests.phone"
GUEST_EMAIL_FIELD = "guests.email"
MIN_PHONE_DIGITS = 5
MAX_PHONE_DIGITS = 15
_LAST_DIGITS = 4


class NewGuest(msgspec.Struct, frozen=True, kw_only=True):
    """A guest to be made."""

    name: str
    phone: str | None = None
    email: str | None = None
    tier: str = "BRONZE"
    points: int = 0
    purchases: int = 0


class CreatedGuest(NamedTuple):
    """Who was made, and the text of the card's QR; shown now and never again."""

    guest_id: int
    card: str


async def create_guest(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, new: NewGuest
) -> CreatedGuest:
    """Make a guest with a card in the caller's transaction, and tell the tills.

    Raises :class:`UserError` ``name_unfit``, ``phone_unfit`` or ``phone_taken``.
    """
    guest_id = await _insert(connection, network_id, secrets, new)
    if new.points:
        await open_balance(connection, network_id, guest_id, new.points, note="opening balance")
    await _publish(connection, network_id, secrets, guest_id)
    return CreatedGuest(guest_id, await make_card(connection, network_id, secrets, guest_id))


def fit_phone(phone: str) -> str:
    """Return a phone number as digits with their plus sign; raises :class:`UserError` ``phone_unfit``."""
    digits = "".join(sign for sign in phone if sign.isdecimal() and sign.isascii())
    if not MIN_PHONE_DIGITS <= len(digits) <= MAX_PHONE_DIGITS:
        raise UserError(
            "phone_unfit", "This is no phone number.", "Write it with its country, as in +49 30 …"
        )
    return f"+{digits}"


async def _insert(connection: asyncpg.Connection, network_id: int, secrets: Secrets, new: NewGuest) -> int:
    seal, digest_key = secrets.fields(network_id), secrets.digest_key(network_id)
    phone = None if new.phone is None else fit_phone(new.phone)
    email = None if new.email is None else new.email.strip()
    guest_id: int | None = await connection.fetchval(
        """INSERT INTO guests (network_id, name_cipher, phone_cipher, phone_digest, phone_last4, email_cipher,
            email_digest, tier, purchases) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (network_id, phone_digest) DO NOTHING RETURNING id""",
        network_id,
        seal.seal(GUEST_NAME_FIELD, fit_name(new.name)),
        None if phone is None else seal.seal(GUEST_PHONE_FIELD, phone),
        None if phone is None else keyed_digest(digest_key, Subject.PHONE, phone),
        "" if phone is None else phone[-_LAST_DIGITS:],
        None if email is None else seal.seal(GUEST_EMAIL_FIELD, email),
        None if email is None else keyed_digest(digest_key, Subject.EMAIL, email.casefold()),
        new.tier,
        new.purchases,
    )
    if guest_id is None:
        raise UserError("phone_taken", "A guest with this phone number exists.", "Look the guest up instead.")
    return guest_id


async def _publish(connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int) -> None:
    guest = await connection.fetchrow(
        f"SELECT {GUEST_COLUMNS} FROM guests WHERE network_id = $1 AND id = $2",  # noqa: S608 - columns are ours
        network_id,
        guest_id,
    )
    row = guest_row(guest, secrets.fields(network_id), as_of_ms=clock_of(connection).now_ms())
    await publish(connection, network_id, Table.GUEST, guest_id, row)
