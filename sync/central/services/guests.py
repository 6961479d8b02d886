"""Guests and their cards."""

from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.secrets import Secrets
from sync.central.services.cards import make_card
from sync.central.services.feed_rows import GUEST_NAME_FIELD
from sync.central.services.field_keys import current_fields
from sync.central.services.guest_publishing import GUEST_EMAIL_FIELD, GUEST_PHONE_FIELD, publish_guest
from sync.central.services.guest_seal import new_guest_key
from sync.central.services.names import fit_name
from sync.central.services.points import open_balance
from sync.protocol.digest import Subject, keyed_digest
from sync.rules.phone import LAST_DIGITS, fit_phone
from sync.rules.user_error import UserError


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
    await publish_guest(connection, network_id, secrets, guest_id)
    return CreatedGuest(guest_id, await make_card(connection, network_id, secrets, guest_id))


async def _insert(connection: asyncpg.Connection, network_id: int, secrets: Secrets, new: NewGuest) -> int:
    key = new_guest_key(await current_fields(connection, secrets, network_id))
    digest_key = secrets.digest_key(network_id)
    phone = None if new.phone is None else fit_phone(new.phone)
    email = None if new.email is None else new.email.strip()
    guest_id: int | None = await connection.fetchval(
        """INSERT INTO guests (network_id, name_cipher, phone_cipher, phone_digest, phone_last4, email_cipher,
            email_digest, tier, purchases, data_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (network_id, phone_digest) DO NOTHING RETURNING id""",
        network_id,
        key.seal.seal(GUEST_NAME_FIELD, fit_name(new.name)),
        None if phone is None else key.seal.seal(GUEST_PHONE_FIELD, phone),
        None if phone is None else keyed_digest(digest_key, Subject.PHONE, phone),
        "" if phone is None else phone[-LAST_DIGITS:],
        None if email is None else key.seal.seal(GUEST_EMAIL_FIELD, email),
        None if email is None else keyed_digest(digest_key, Subject.EMAIL, email.casefold()),
        new.tier,
        new.purchases,
        key.stored,
    )
    if guest_id is None:
        raise UserError("phone_taken", "A guest with this phone number exists.", "Look the guest up instead.")
    return guest_id
