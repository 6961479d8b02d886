"""People who work for a network, and how they sign in."""

import re
import secrets as random
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.passwords import hash_password, hash_pin, is_pin_of
from sync.central.schema.words import Role
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import STAFF_COLUMNS, staff_row
from sync.central.services.field_keys import current_fields
from sync.central.services.names import fit_name
from sync.central.services.outbox import publish
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Table
from sync.rules.normalise import exact
from sync.rules.user_error import UserError

STAFF_EMAIL_FIELD = "staff.email"
BADGE_PREFIX = "BADGE-"
BADGE_CHARS = 20
BADGE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
MAX_EMAIL_CHARS = 254

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")


class NewStaff(msgspec.Struct, frozen=True, kw_only=True):
    """A person to be made. ``badge`` is the text of an existing badge; ``new_badge`` asks for a fresh one.

    ``restaurants`` are the ids where the person works, None for all.
    """

    name: str
    role: Role
    email: str | None = None
    password: str | None = None
    pin: str | None = None
    badge: str | None = None
    new_badge: bool = False
    restaurants: tuple[int, ...] | None = None


class CreatedStaff(NamedTuple):
    """Who was made, and the text of the badge's QR: it is shown now and never again."""

    staff_id: int
    badge: str | None


async def create_staff(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, new: NewStaff
) -> CreatedStaff:
    """Make a person in the caller's transaction, and tell the tills.

    Raises :class:`UserError` ``name_unfit``, ``email_unfit``, ``email_taken``, ``password_unfit``,
    ``pin_unfit``, ``pin_taken`` or ``badge_taken``.
    """
    badge = _new_badge() if new.new_badge else new.badge
    email = None if new.email is None else fit_email(new.email)
    staff_id = await _insert(connection, network_id, secrets, new, email, badge)
    if email is not None:
        await _claim_login(connection, network_id, secrets, email, staff_id)
    record = await connection.fetchrow(
        f"SELECT {STAFF_COLUMNS} FROM staff WHERE network_id = $1 AND id = $2",  # noqa: S608 - columns are ours
        network_id,
        staff_id,
    )
    await publish(connection, network_id, Table.STAFF, staff_id, staff_row(record))
    return CreatedStaff(staff_id, badge)


def login_digest(secrets: Secrets, email: str) -> bytes:
    """Return the digest under which ``logins`` holds an address."""
    return keyed_digest(secrets.login_key, Subject.EMAIL, email.strip().casefold())


def fit_email(email: str) -> str:
    """Return an address without outer spaces; raises :class:`UserError` ``email_unfit``."""
    fitting = email.strip()
    if len(fitting) > MAX_EMAIL_CHARS or not _EMAIL.fullmatch(fitting):
        raise UserError(
            "email_unfit", f"“{fitting[:60]}” is no e-mail address.", "Write it as name@example.com."
        )
    return fitting


async def _insert(
    connection: asyncpg.Connection,
    network_id: int,
    secrets: Secrets,
    new: NewStaff,
    email: str | None,
    badge: str | None,
) -> int:
    digest_key = secrets.digest_key(network_id)
    fields = await current_fields(connection, secrets, network_id)
    try:
        # A savepoint of its own: a refusal leaves the caller's transaction usable.
        async with connection.transaction():
            staff_id: int = await connection.fetchval(
                """INSERT INTO staff (network_id, name, role, email_cipher, email_digest, password_hash,
                pin_hash, badge_digest, restaurants) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id""",
                network_id,
                fit_name(new.name),
                new.role.value,
                None if email is None else fields.seal(STAFF_EMAIL_FIELD, email),
                None if email is None else keyed_digest(digest_key, Subject.EMAIL, email.casefold()),
                None if new.password is None else await hash_password(new.password),
                None if new.pin is None else await _fresh_pin(connection, network_id, new.pin),
                None if badge is None else keyed_digest(digest_key, Subject.BADGE, exact(badge)),
                None if new.restaurants is None else list(new.restaurants),
            )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "uq_staff_network_id_badge_digest":
            raise UserError(
                "badge_taken", "This badge belongs to somebody already.", "Take another."
            ) from error
        raise _email_taken() from error
    return staff_id


async def _fresh_pin(connection: asyncpg.Connection, network_id: int, pin: str) -> str:
    """Hash a PIN that nobody of the network has: a till finds the person by the PIN alone."""
    hashed = await hash_pin(pin)
    rows = await connection.fetch(
        "SELECT pin_hash FROM staff WHERE network_id = $1 AND active AND pin_hash IS NOT NULL", network_id
    )
    if await is_pin_of([row["pin_hash"] for row in rows], pin):
        raise UserError("pin_taken", "This PIN cannot be used.", "Choose another PIN.")
    return hashed


async def _claim_login(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, email: str, staff_id: int
) -> None:
    claimed = await connection.fetchval(
        """INSERT INTO logins (email_digest, network_id, staff_id) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING RETURNING staff_id""",
        login_digest(secrets, email),
        network_id,
        staff_id,
    )
    if claimed is None:
        raise _email_taken()


def _email_taken() -> UserError:
    return UserError(
        "email_taken", "Somebody signs in with this e-mail address already.", "Use another address."
    )


def _new_badge() -> str:
    return BADGE_PREFIX + "".join(random.choice(BADGE_ALPHABET) for _ in range(BADGE_CHARS))
