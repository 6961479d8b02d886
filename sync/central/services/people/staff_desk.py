"""Who works for the network, as its owner sees and changes it. Every change is in the audit log."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.passwords import hash_password
from sync.central.schema.words import Role
from sync.central.seals import FieldSeal
from sync.central.secrets import Secrets
from sync.central.services.audit import record_by
from sync.central.services.editing.versions import require_version, versioned
from sync.central.services.feed_rows import STAFF_COLUMNS, staff_row
from sync.central.services.field_keys import known_fields
from sync.central.services.login import Person
from sync.central.services.names import fit_name
from sync.central.services.one_row import one_row
from sync.central.services.outbox import publish
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.central.services.sessions import Owner, end_all
from sync.central.services.staff import STAFF_EMAIL_FIELD, NewStaff, create_staff
from sync.protocol.feed import Table
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

_FIELDS = """id, name, role, email_cipher, pin_hash IS NOT NULL AS has_pin, badge_digest IS NOT NULL AS has_badge,
    active, restaurants, created_at"""


class StaffView(msgspec.Struct, frozen=True, kw_only=True):
    """A person who works here; ``restaurants`` is null for all of them. ``version`` comes back with a change."""

    id: int
    name: str
    role: Role
    email: str | None
    has_pin: bool
    has_badge: bool
    active: bool
    restaurants: list[int] | None
    created_at: datetime
    version: int = 0


class StaffToMake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person to be made; ``badge`` asks for a badge, whose text is in the answer and nowhere else."""

    name: str
    role: Role
    email: str | None = None
    password: str | None = None
    pin: str | None = None
    badge: bool = False
    restaurants: tuple[int, ...] | None = None


class MadeStaff(msgspec.Struct, frozen=True, kw_only=True):
    """Who was made, and the text of the badge's QR."""

    staff: StaffView
    badge: str | None


class StaffChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. A new password ends all sign-ins of this person.

    A ``version`` that is not the person's any more is refused.
    """

    name: str | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET
    password: str | msgspec.UnsetType = msgspec.UNSET
    restaurants: tuple[int, ...] | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def list_staff(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, *, limit: int, offset: int
) -> tuple[list[StaffView], int]:
    """Return some people, the longest here first, those who left too, and the number of all."""
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        "FROM staff WHERE network_id = $1",
        network_id,
        order="id",
        limit=limit,
        offset=offset,
    )
    fields = await known_fields(connection, secrets, network_id)
    return [_view(row, fields) for row in rows], total


async def read_staff(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, staff_id: int
) -> StaffView:
    """Return one person; raises :class:`Refusal` ``not-found``."""
    row = await one_row(
        connection,
        f"SELECT {_FIELDS} FROM staff WHERE network_id = $1 AND id = $2",  # noqa: S608 - fixed columns
        network_id,
        staff_id,
        missing=Refusal(
            ProblemType.NOT_FOUND, f"Nobody here has the number {staff_id}.", "Check the number."
        ),
    )
    return _view(row, await known_fields(connection, secrets, network_id))


async def hire(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, new: StaffToMake
) -> MadeStaff:
    """Make a person, and tell the tills; raises :class:`UserError` for what does not fit."""
    _fit_role(new.role)
    await _check_restaurants(connection, person.network, new.restaurants)
    if (new.email is None) != (new.password is None):
        raise UserError("staff_unfit", "An address and a password belong together.", "Send both, or neither.")
    made = await create_staff(
        connection,
        person.network,
        secrets,
        NewStaff(
            name=new.name,
            role=new.role,
            email=new.email,
            password=new.password,
            pin=new.pin,
            new_badge=new.badge,
            restaurants=new.restaurants,
        ),
    )
    await _note(connection, person, "staff.create", made.staff_id, role=new.role.value)
    view = await read_staff(connection, secrets, person.network, made.staff_id)
    return MadeStaff(staff=view, badge=made.badge)


async def change_staff(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, staff_id: int, change: StaffChange
) -> StaffView:
    """Change a person, and tell the tills. Whoever leaves, changes role or gets a password is signed out.

    Raises :class:`Refusal` ``not-found``, ``conflict`` for the last owner and for a version that somebody else has
    changed, and :class:`UserError`.
    """
    # One change of people at a time: two owners must not dismiss each other at once.
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", person.network)
    now = await read_staff(connection, secrets, person.network, staff_id)
    require_version("person", now, change)
    role = now.role if change.role is msgspec.UNSET else change.role
    active = now.active if change.active is msgspec.UNSET else change.active
    for each in (now.role, role):
        _fit_role(each)
    places = now.restaurants if change.restaurants is msgspec.UNSET else change.restaurants
    if change.restaurants is not msgspec.UNSET:
        await _check_restaurants(connection, person.network, change.restaurants)
    await connection.execute(
        """UPDATE staff SET name = $3, role = $4, active = $5, restaurants = $6,
            password_hash = COALESCE($7, password_hash) WHERE network_id = $1 AND id = $2""",
        person.network,
        staff_id,
        now.name if change.name is msgspec.UNSET else fit_name(change.name),
        role.value,
        active,
        None if places is None else list(places),
        None if change.password is msgspec.UNSET else await hash_password(change.password),
    )
    await _keep_an_owner(connection, person.network)
    if change.password is not msgspec.UNSET or role is not now.role or not active:
        await end_all(connection, person.network, Owner(staff=staff_id), why="changed", but=person.session)
    row = await connection.fetchrow(
        f"SELECT {STAFF_COLUMNS} FROM staff WHERE network_id = $1 AND id = $2",  # noqa: S608 - columns are ours
        person.network,
        staff_id,
    )
    await publish(connection, person.network, Table.STAFF, staff_id, staff_row(row))
    fields = [name for name in change.__struct_fields__ if getattr(change, name) is not msgspec.UNSET]
    await _note(connection, person, "staff.change", staff_id, fields=fields, role=role.value, active=active)
    return await read_staff(connection, secrets, person.network, staff_id)


async def sign_out(connection: asyncpg.Connection, secrets: Secrets, person: Person, staff_id: int) -> None:
    """End all sign-ins of a person at once; raises :class:`Refusal` ``not-found``."""
    await read_staff(connection, secrets, person.network, staff_id)
    ended = await end_all(connection, person.network, Owner(staff=staff_id), why="signed_out_by_owner")
    await _note(connection, person, "staff.sign_out", staff_id, sessions=ended)


def _fit_role(role: Role) -> None:
    if role is Role.PLATFORM_OWNER:
        raise Refusal(
            ProblemType.FORBIDDEN,
            "Who owns the installation is not for a network to say.",
            "Its operator does it by `admin create-staff`.",
        )


async def _keep_an_owner(connection: asyncpg.Connection, network_id: int) -> None:
    left = await connection.fetchval(
        "SELECT count(*) FROM staff WHERE network_id = $1 AND role = 'owner' AND active", network_id
    )
    if not left:
        raise Refusal(
            ProblemType.CONFLICT, "A network needs an owner who is active.", "Make somebody else owner first."
        )


async def _check_restaurants(
    connection: asyncpg.Connection, network_id: int, restaurants: tuple[int, ...] | None
) -> None:
    if restaurants is None:
        return
    known = {
        row["id"]
        for row in await connection.fetch("SELECT id FROM restaurants WHERE network_id = $1", network_id)
    }
    missing = [number for number in restaurants if number not in known]
    if missing:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no restaurant {missing[0]}.", "Check the numbers.")


async def _note(
    connection: asyncpg.Connection, person: Person, action: str, staff_id: int, **detail: object
) -> None:
    await record_by(connection, person, action, f"staff:{staff_id}", detail)


def _view(row: asyncpg.Record, fields: FieldSeal) -> StaffView:
    sealed = row["email_cipher"]
    view = StaffView(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        email=None if sealed is None else fields.open(STAFF_EMAIL_FIELD, sealed),
        has_pin=row["has_pin"],
        has_badge=row["has_badge"],
        active=row["active"],
        restaurants=row["restaurants"],
        created_at=row["created_at"],
    )
    return versioned(view)
