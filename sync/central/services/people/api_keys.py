"""Keys of programs: a web shop or a point of sale acts for its network, within the scopes that the owner gave.

The key's text is shown once. It names its network and number, so that it is found by them; of its secret the
database holds a digest only, which needs no slow hash, because nobody guesses 160 random bits.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.schema.words import Role
from sync.central.services.audit import record_by
from sync.central.services.login import Person
from sync.central.services.names import fit_name
from sync.central.services.paged_rows import paged_rows
from sync.central.services.people.scopes import SCOPES
from sync.central.services.refusal import Refusal
from sync.central.services.shut_out import tell_shut_out
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

KEY_PREFIX = "csk_"
MAX_KEYS = 100
"""Keys of one network that are in use."""
NOTED_EVERY = timedelta(minutes=10)
"""A use is noted this often at most: a busy program must not write with each request."""
_SECRET_BYTES = 20
_KEY = re.compile(r"csk_([1-9]\d{0,17})_([1-9]\d{0,17})_([a-z2-7]{32})")
MAX_LIFE = timedelta(days=36_500)
_FIELDS = "id, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at"


class ApiKeyView(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is listed; its text is not kept."""

    id: int
    name: str
    scopes: list[str]
    created_by: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key to be made; without ``expires_at`` it lives until it is revoked."""

    name: str
    scopes: list[str]
    expires_at: datetime | None = None


class MadeApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A new key; ``key`` is its text, shown now and never again."""

    id: int
    key: str
    name: str
    scopes: list[str]
    expires_at: datetime | None


async def make_key(connection: asyncpg.Connection, person: Person, new: NewApiKey) -> MadeApiKey:
    """Make a key; raises :class:`UserError` ``name_unfit``, ``scope_unknown``, ``expiry_unfit`` or ``too_many_keys``."""
    name, scopes, now = fit_name(new.name), _fit_scopes(new.scopes), moment(clock_of(connection))
    ends = new.expires_at
    if ends is not None and (ends.tzinfo is None or not now < ends < now + MAX_LIFE):
        raise UserError(
            "expiry_unfit",
            "The key would be over already, or live for a century, or its end has no time zone.",
            "Write another one, as in 2030-01-31T00:00:00Z.",
        )
    live: int = await connection.fetchval(
        "SELECT count(*) FROM api_keys WHERE network_id = $1 AND revoked_at IS NULL", person.network
    )
    if live >= MAX_KEYS:
        raise UserError("too_many_keys", f"{MAX_KEYS} keys are in use already.", "Revoke one that is not.")
    secret = base64.b32encode(clock_of(connection).random(_SECRET_BYTES)).decode().lower()
    number: int = await connection.fetchval(
        """INSERT INTO api_keys (network_id, name, digest, scopes, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id""",
        person.network,
        name,
        _digest(secret),
        scopes,
        person.staff,
        now,
        new.expires_at,
    )
    await record_by(
        connection, person, "api_key.create", f"api_key:{number}", {"name": name, "scopes": scopes}
    )
    text = f"{KEY_PREFIX}{person.network}_{number}_{secret}"
    return MadeApiKey(id=number, key=text, name=name, scopes=scopes, expires_at=new.expires_at)


async def list_keys(
    connection: asyncpg.Connection, network_id: int, *, limit: int, offset: int
) -> tuple[list[ApiKeyView], int]:
    """Return some keys, the newest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        "FROM api_keys WHERE network_id = $1",
        network_id,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return [ApiKeyView(**row) for row in rows], total


async def revoke_key(connection: asyncpg.Connection, person: Person, number: int) -> None:
    """End a key at once; raises :class:`Refusal` ``not-found``. Revoking it twice changes nothing."""
    known = await connection.fetchval(
        "SELECT 1 FROM api_keys WHERE network_id = $1 AND id = $2", person.network, number
    )
    if known is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no key {number}.", "Look at the list of keys.")
    ended = await connection.fetchval(
        """UPDATE api_keys SET revoked_at = $3 WHERE network_id = $1 AND id = $2 AND revoked_at IS NULL
        RETURNING true""",
        person.network,
        number,
        moment(clock_of(connection)),
    )
    if ended is not None:
        await tell_shut_out(connection, person.network)
        await record_by(connection, person, "api_key.revoke", f"api_key:{number}")


async def read_key(database: Database, text: str) -> Person:
    """Return whom a key lets act; raises :class:`Refusal` ``unauthenticated``, the same for every reason."""
    parts = _KEY.fullmatch(text)
    if parts is None:
        raise _no_key()
    network, number = int(parts[1]), int(parts[2])
    now = moment(database.clock)
    async with database.network_transaction(network) as connection:
        row = await connection.fetchrow(
            """SELECT digest, scopes, created_by, last_used_at FROM api_keys
            WHERE network_id = $1 AND id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)""",
            network,
            number,
            now,
        )
        if row is None or not hmac.compare_digest(row["digest"], _digest(parts[3])):
            raise _no_key()
        if row["last_used_at"] is None or row["last_used_at"] < now - NOTED_EVERY:
            await connection.execute(
                "UPDATE api_keys SET last_used_at = $3 WHERE network_id = $1 AND id = $2",
                network,
                number,
                now,
            )
    return Person(
        network=network,
        staff=row["created_by"],
        role=Role.OFFICE,
        key=number,
        scopes=frozenset(row["scopes"]),
    )


def _fit_scopes(scopes: list[str]) -> list[str]:
    unknown = sorted(set(scopes) - SCOPES)
    if unknown or not scopes:
        raise UserError(
            "scope_unknown",
            f"“{unknown[0][:60]}” is no scope." if unknown else "A key without a scope opens nothing.",
            f"Choose among {', '.join(sorted(SCOPES))}.",
        )
    return sorted(set(scopes))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _no_key() -> Refusal:
    return Refusal(
        ProblemType.UNAUTHENTICATED, "This key is not valid (any more).", "Ask the owner for another."
    )
