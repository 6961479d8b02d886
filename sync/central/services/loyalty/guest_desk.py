"""What the office sees of a guest: found under every number that ever was theirs, opened for whoever may see it."""

from datetime import datetime
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.schema.numbers import MAX_ID
from sync.central.seals import FieldSeal
from sync.central.secrets import Secrets
from sync.central.services.editing.versions import version_of
from sync.central.services.feed_rows import GUEST_NAME_FIELD
from sync.central.services.field_keys import known_fields
from sync.central.services.guest_publishing import GUEST_EMAIL_FIELD, GUEST_PHONE_FIELD
from sync.central.services.guest_seal import seal_of
from sync.central.services.login import GuestCaller, Person
from sync.central.services.refusal import Refusal
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.problems import ProblemType
from sync.rules.phone import phone_forms

MAX_MERGES = 8

_FIELDS = """id, data_key, name_cipher, phone_cipher, email_cipher, tier, points, points_owed, purchases, blocked,
    created_at"""


class GuestView(msgspec.Struct, frozen=True, kw_only=True):
    """A guest with their personal data. ``version`` is that of what the office changes, and comes back with a change."""

    id: int
    name: str
    phone: str | None
    email: str | None
    tier: str
    points: int
    points_owed: int
    purchases: int
    blocked: bool
    created_at: datetime
    version: int


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """Which guests are meant; what is None does not matter. ``bought_since`` and ``not_bought_since`` are instants."""

    phone: str | None = None
    tier: str | None = None
    restaurant: int | None = None
    least_purchases: int | None = None
    least_points: int | None = None
    bought_since: datetime | None = None
    not_bought_since: datetime | None = None
    blocked: bool | None = None


EVERYBODY = Segment()


class Standing(NamedTuple):
    """What a booking asks of a guest; the row is locked where it is read for one."""

    id: int
    tier: str
    points: int
    purchases: int
    blocked: bool
    tier_earned: bool


async def own_guest(connection: asyncpg.Connection, caller: Person | GuestCaller, guest_id: int) -> int:
    """Return the number under which this guest is kept.

    Raises :class:`Refusal` ``not-found`` where there is none in the caller's network; for a guest, all others are none.
    """
    number: int | None = guest_id if 0 < guest_id <= MAX_ID else None
    for _ in range(MAX_MERGES):
        row = await connection.fetchrow(
            "SELECT id, merged_into FROM guests WHERE network_id = $1 AND id = $2 AND erased_at IS NULL",
            caller.network,
            number,
        )
        number = None if row is None else row["merged_into"] or row["id"]
        if row is None or row["merged_into"] is None:
            break
    if number is None or (isinstance(caller, GuestCaller) and number != caller.guest):
        raise Refusal(ProblemType.NOT_FOUND, f"There is no guest {guest_id}.", "Check the number.")
    return number


async def read_standing(connection: asyncpg.Connection, network_id: int, guest_id: int) -> Standing:
    """Read a guest who is there."""
    row = await connection.fetchrow(
        """SELECT id, tier, points, purchases, blocked, tier_earned FROM guests
        WHERE network_id = $1 AND id = $2""",
        network_id,
        guest_id,
    )
    return Standing(**row)


async def read_guest(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, guest_id: int
) -> GuestView:
    """Read a guest who is there, with what they said of themselves."""
    row = await connection.fetchrow(
        f"SELECT {_FIELDS} FROM guests WHERE network_id = $1 AND id = $2",  # noqa: S608 - fixed columns
        network_id,
        guest_id,
    )
    return _view(row, await known_fields(connection, secrets, network_id))


_BOUGHT = """(EXISTS (SELECT FROM sales s WHERE s.network_id = $1 AND s.guest_id = g.id AND s.at >= {since})
    OR EXISTS (SELECT FROM guest_transactions t WHERE t.network_id = $1 AND t.guest_id = g.id AND t.kind = 'SALE'
        AND t.at >= {since}))"""
_WANTED = f"""g.network_id = $1 AND g.merged_into IS NULL AND g.erased_at IS NULL
    AND ($2::bytea[] IS NULL OR g.phone_digest = ANY ($2)) AND ($3::text IS NULL OR g.tier = $3)
    AND ($4::bigint IS NULL
        OR EXISTS (SELECT FROM sales s WHERE s.network_id = $1 AND s.guest_id = g.id AND s.restaurant_id = $4)
        OR EXISTS (SELECT FROM guest_transactions t
            WHERE t.network_id = $1 AND t.guest_id = g.id AND t.restaurant_id = $4))
    AND ($5::bigint IS NULL OR g.purchases >= $5) AND ($6::bigint IS NULL OR g.points >= $6)
    AND ($7::timestamptz IS NULL OR {_BOUGHT.format(since="$7")})
    AND ($8::timestamptz IS NULL OR NOT {_BOUGHT.format(since="$8")})
    AND ($9::bool IS NULL OR g.blocked = $9)"""  # noqa: S608 - fixed conditions


async def list_guests(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    wanted: Segment = EVERYBODY,
    *,
    limit: int,
    offset: int,
) -> tuple[list[GuestView], int]:
    """Return some guests, the newest first, and the number of all who fit.

    Guests of a restaurant are those who bought something there, at a till or by the office.
    """
    key = secrets.digest_key(network_id)
    phone = wanted.phone
    values = (
        network_id,
        None if phone is None else [keyed_digest(key, Subject.PHONE, form) for form in phone_forms(phone)],
        wanted.tier,
        wanted.restaurant,
        wanted.least_purchases,
        wanted.least_points,
        wanted.bought_since,
        wanted.not_bought_since,
        wanted.blocked,
    )
    rows = await connection.fetch(
        f"""SELECT {_FIELDS} FROM guests g WHERE {_WANTED}
        ORDER BY g.created_at DESC, g.id DESC LIMIT $10 OFFSET $11""",  # noqa: S608 - fixed columns and conditions
        *values,
        limit,
        offset,
    )
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM guests g WHERE {_WANTED}",  # noqa: S608 - fixed conditions
        *values,
    )
    fields = await known_fields(connection, secrets, network_id)
    return [_view(row, fields) for row in rows], total


def _view(row: asyncpg.Record, fields: FieldSeal) -> GuestView:
    seal = seal_of(row, fields)
    phone, email = row["phone_cipher"], row["email_cipher"]
    name = seal.open(GUEST_NAME_FIELD, row["name_cipher"])
    email = None if email is None else seal.open(GUEST_EMAIL_FIELD, email)
    return GuestView(
        id=row["id"],
        name=name,
        phone=None if phone is None else seal.open(GUEST_PHONE_FIELD, phone),
        email=email,
        tier=row["tier"],
        points=row["points"],
        points_owed=row["points_owed"],
        purchases=row["purchases"],
        blocked=row["blocked"],
        created_at=row["created_at"],
        version=version_of(name, email, row["blocked"]),
    )
