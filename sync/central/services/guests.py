"""Guests and their cards."""

import hashlib
import hmac
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.clock import Clock, clock_of
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import (
    CARD_COLUMNS,
    GUEST_COLUMNS,
    GUEST_NAME_FIELD,
    card_row,
    guest_row,
)
from sync.central.services.names import fit_name
from sync.central.services.outbox import publish, publish_many
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Table
from sync.rules.normalise import exact
from sync.rules.user_error import UserError

GUEST_PHONE_FIELD = "guests.phone"
GUEST_EMAIL_FIELD = "guests.email"
CARD_DIGITS = 6
CARD_KEY_VERSION = 1
MAX_DIGITS_TRIES = 50
MIN_PHONE_DIGITS = 5
MAX_PHONE_DIGITS = 15
_LAST_DIGITS = 4
_SERIAL_BYTES = 8
_DIGITS_RANDOMNESS = 16
_MAC_CHARS = 16


class NewGuest(msgspec.Struct, frozen=True, kw_only=True):
    """A guest to be made."""

    name: str
    phone: str | None = None
    email: str | None = None
    tier: str = "BRONZE"
    points: int = 0
    purchases: int = 0


class CreatedGuest(NamedTuple):
    """Who was made, the text of the card's QR, and the six digits to say aloud; shown now and never again."""

    guest_id: int
    card: str
    digits: str


async def create_guest(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, new: NewGuest
) -> CreatedGuest:
    """Make a guest with a card in the caller's transaction, and tell the tills.

    Raises :class:`UserError` ``name_unfit``, ``phone_unfit``, ``phone_taken`` or ``digits_exhausted``.
    """
    guest_id = await _insert(connection, network_id, secrets, new)
    card = card_text(clock_of(connection), secrets, network_id)
    digest_key = secrets.digest_key(network_id)
    ids = [
        await connection.fetchval(
            "INSERT INTO cards (network_id, guest_id, digest) VALUES ($1, $2, $3) RETURNING id",
            network_id,
            guest_id,
            keyed_digest(digest_key, Subject.CARD, exact(card)),
        )
    ]
    digits, digits_id = await _give_digits(connection, network_id, guest_id, digest_key)
    ids.append(digits_id)
    await _publish(connection, network_id, secrets, guest_id, ids)
    return CreatedGuest(guest_id, card, digits)


def card_text(clock: Clock, secrets: Secrets, network_id: int) -> str:
    """Make the text of a new card's QR: network, random serial, and an HMAC-SHA256 that only central can make.

    The number after ``CARD`` tells which key made it, so that keys can be rotated while old cards live.
    """
    serial = clock.random(_SERIAL_BYTES).hex().upper()
    head = f"CARD{CARD_KEY_VERSION}-{network_id}-{serial}"
    mac = hmac.digest(secrets.card_key(network_id, CARD_KEY_VERSION), head.encode(), hashlib.sha256)
    return f"{head}-{mac.hex().upper()[:_MAC_CHARS]}"


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
            email_digest, tier, points, purchases) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (network_id, phone_digest) DO NOTHING RETURNING id""",
        network_id,
        seal.seal(GUEST_NAME_FIELD, fit_name(new.name)),
        None if phone is None else seal.seal(GUEST_PHONE_FIELD, phone),
        None if phone is None else keyed_digest(digest_key, Subject.PHONE, phone),
        "" if phone is None else phone[-_LAST_DIGITS:],
        None if email is None else seal.seal(GUEST_EMAIL_FIELD, email),
        None if email is None else keyed_digest(digest_key, Subject.EMAIL, email.casefold()),
        new.tier,
        new.points,
        new.purchases,
    )
    if guest_id is None:
        raise UserError("phone_taken", "A guest with this phone number exists.", "Look the guest up instead.")
    return guest_id


async def _give_digits(
    connection: asyncpg.Connection, network_id: int, guest_id: int, digest_key: bytes
) -> tuple[str, int]:
    """Give six random digits that nobody of the network has."""
    for _ in range(MAX_DIGITS_TRIES):
        drawn = int.from_bytes(clock_of(connection).random(_DIGITS_RANDOMNESS))
        digits = f"{drawn % 10**CARD_DIGITS:0{CARD_DIGITS}d}"
        card_id: int | None = await connection.fetchval(
            """INSERT INTO cards (network_id, guest_id, digest, digits) VALUES ($1, $2, $3, true)
            ON CONFLICT (network_id, digest) DO NOTHING RETURNING id""",
            network_id,
            guest_id,
            keyed_digest(digest_key, Subject.DIGITS, digits),
        )
        if card_id is not None:
            return digits, card_id
    raise UserError(
        "digits_exhausted",
        "Nearly all six-digit numbers of this network are taken.",
        "Retire cards that are no longer used.",
    )


async def _publish(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int, card_ids: list[int]
) -> None:
    guest = await connection.fetchrow(
        f"SELECT {GUEST_COLUMNS} FROM guests WHERE network_id = $1 AND id = $2",  # noqa: S608 - columns are ours
        network_id,
        guest_id,
    )
    row = guest_row(guest, secrets.fields(network_id), as_of_ms=clock_of(connection).now_ms())
    await publish(connection, network_id, Table.GUEST, guest_id, row)
    cards = await connection.fetch(
        f"SELECT {CARD_COLUMNS} FROM cards WHERE network_id = $1 AND id = ANY ($2::bigint[])",  # noqa: S608 - columns are ours
        network_id,
        card_ids,
    )
    await publish_many(connection, network_id, Table.CARD, [(card["id"], card_row(card)) for card in cards])
