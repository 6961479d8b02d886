"""Tills as the office sees and manages them: their state, their names, what they hold, and getting it back."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from sync.central.schema.words import TillStatus
from sync.central.services.audit import record_by
from sync.central.services.editing.versions import require_version, version_of
from sync.central.services.enrolment_codes import issue_code
from sync.central.services.login import Person
from sync.central.services.names import fit_name
from sync.central.services.one_row import one_row
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.central.services.restaurant_desk import read_restaurant
from sync.central.services.sequencer import FEED_CHANNEL
from sync.central.services.tills import revoke_till, till_named
from sync.protocol.enrolment import enrolment_qr
from sync.protocol.problems import ProblemType

_COLUMNS = """t.id, t.name, t.restaurant_id, r.name AS restaurant, t.status, t.incarnation, t.enrolled_at,
    t.last_contact_at, t.app_version, t.last_contact, n.feed_epoch::text AS feed_epoch, n.feed_head,
    (SELECT count(*) FROM leases l WHERE l.network_id = $1 AND l.till_id = t.id AND l.state = 'open'
        AND l.settled < l.units) AS leases,
    (SELECT count(*) FROM leases l WHERE l.network_id = $1 AND l.till_id = t.id AND l.state = 'open'
        AND l.settled < l.units AND l.recall) AS asked_back,
    (SELECT count(*) FROM cases c WHERE c.network_id = $1 AND c.till_id = t.id AND c.closed_at IS NULL)
        AS open_cases"""
_ROWS = """FROM tills t JOIN restaurants r ON r.network_id = $1 AND r.id = t.restaurant_id
    JOIN networks n ON n.id = $1 WHERE t.network_id = $1"""


class TillView(msgspec.Struct, frozen=True, kw_only=True):
    """A till, as it said itself at its last contact.

    ``waiting`` events of its journal were not here yet, the oldest for ``oldest_waiting_ms``; its replica was ``lag``
    changes behind the feed (null: it follows another feed, or has said nothing). ``leases`` are those that it holds
    now, of which ``asked_back`` are being waited for. ``version`` is its name's, and comes back with a change.
    """

    id: int
    name: str
    restaurant_id: int
    restaurant: str
    status: TillStatus
    incarnation: int
    enrolled_at: datetime | None
    last_seen_at: datetime | None
    app_version: str | None
    waiting: int | None
    oldest_waiting_ms: int | None
    lag: int | None
    free_disk_bytes: int | None
    leases: int
    asked_back: int
    open_cases: int
    version: int


class TillToMake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A till to be enrolled."""

    restaurant_id: int
    name: str


class TillChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different. A ``version`` that is not the till's any more is refused."""

    name: str
    version: int | msgspec.UnsetType = msgspec.UNSET


class EnrolmentCode(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code that makes a machine this till; shown now and never again. ``qr_text`` is for its camera."""

    till_id: int
    code: str
    qr_text: str
    expires_at: datetime


class AskedBack(msgspec.Struct, frozen=True, kw_only=True):
    """How many leases a till is asked to give back that it was not asked for before."""

    till_id: int
    leases: int


async def list_tills(
    connection: asyncpg.Connection,
    network: int,
    *,
    restaurant: int | None,
    status: TillStatus | None,
    limit: int,
    offset: int,
) -> tuple[list[TillView], int]:
    """Return some tills, those of the oldest restaurant first, and the number of all that fit."""
    rows, total = await paged_rows(
        connection,
        _COLUMNS,
        f"{_ROWS} AND ($2::bigint IS NULL OR t.restaurant_id = $2) AND ($3::text IS NULL OR t.status = $3)",
        network,
        restaurant,
        None if status is None else status.value,
        order="t.restaurant_id, t.id",
        limit=limit,
        offset=offset,
    )
    return [_view(row) for row in rows], total


async def read_till(connection: asyncpg.Connection, network: int, till: int) -> TillView:
    """Return one till; raises :class:`Refusal` ``not-found``."""
    row = await one_row(
        connection,
        f"SELECT {_COLUMNS} {_ROWS} AND t.id = $2",
        network,
        till,
        missing=Refusal(ProblemType.NOT_FOUND, f"There is no till {till}.", "Check the number."),
    )
    return _view(row)


async def make_till(
    connection: asyncpg.Connection, person: Person, new: TillToMake, *, central: str
) -> EnrolmentCode:
    """Make a till and a code that enrols it; ``central`` is the address at which tills reach this office.

    Raises :class:`Refusal` ``not-found`` for the restaurant and ``conflict`` for a name that is taken there.
    """
    await read_restaurant(connection, person.network, new.restaurant_id)
    taken = await connection.fetchval(
        "SELECT id FROM tills WHERE network_id = $1 AND restaurant_id = $2 AND name = $3",
        person.network,
        new.restaurant_id,
        fit_name(new.name),
    )
    if taken is not None:
        raise _name_taken(f"Ask for a code of till {taken} to replace its machine, or choose another name.")
    till = await till_named(connection, person.network, new.restaurant_id, new.name)
    return await _issue(connection, person, till, central=central)


async def replace_machine(
    connection: asyncpg.Connection, person: Person, till: int, *, central: str
) -> EnrolmentCode:
    """Issue a code by which another machine takes a till's place; raises :class:`Refusal` ``not-found``."""
    await read_till(connection, person.network, till)
    return await _issue(connection, person, till, central=central)


async def rename_till(
    connection: asyncpg.Connection, person: Person, till: int, change: TillChange
) -> TillView:
    """Give a till another name.

    Raises :class:`Refusal` ``not-found``, or ``conflict`` for a name that is taken and for a version that somebody else
    has changed, and :class:`UserError` ``name_unfit``.
    """
    await read_till(connection, person.network, till)
    # Its own row alone, as the journal's takers lock it first: so nobody renames it meanwhile.
    await connection.execute(
        "SELECT 1 FROM tills WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE", person.network, till
    )
    before = await read_till(connection, person.network, till)
    require_version("till", before, change)
    name = fit_name(change.name)
    try:
        # A savepoint of its own: a refusal leaves the caller's transaction usable.
        async with connection.transaction():
            await connection.execute(
                "UPDATE tills SET name = $3 WHERE network_id = $1 AND id = $2", person.network, till, name
            )
    except asyncpg.UniqueViolationError as error:
        raise _name_taken("Choose another name.") from error
    await _note(connection, person, "till.rename", till, before=before.name, name=name)
    return await read_till(connection, person.network, till)


async def revoke(connection: asyncpg.Connection, person: Person, till: int) -> TillView:
    """Take a till's right to anything but handing in its journal; a second time changes nothing.

    Raises :class:`Refusal` ``not-found``.
    """
    await read_till(connection, person.network, till)
    await revoke_till(connection, person.network, till, actor=person.actor)
    return await read_till(connection, person.network, till)


async def ask_all_back(connection: asyncpg.Connection, person: Person, till: int) -> AskedBack:
    """Ask a till for every unit that it holds and that no sale at its counter needs just now.

    It takes nothing: units come back when the till's journal closes their leases, which one that is online does
    within a second. Raises :class:`Refusal` ``not-found``.
    """
    await read_till(connection, person.network, till)
    asked = await connection.fetch(
        """UPDATE leases SET recall = true WHERE network_id = $1 AND till_id = $2 AND state = 'open'
            AND settled < units AND NOT recall AND NOT sale_bound RETURNING id""",
        person.network,
        till,
    )
    if asked:
        await connection.execute("SELECT pg_notify($1, $2)", FEED_CHANNEL, str(person.network))
    await _note(connection, person, "till.recall", till, leases=len(asked))
    return AskedBack(till_id=till, leases=len(asked))


async def _issue(connection: asyncpg.Connection, person: Person, till: int, *, central: str) -> EnrolmentCode:
    issued = await issue_code(connection, person.network, till)
    await _note(connection, person, "till.enrolment", till)
    return EnrolmentCode(
        till_id=till,
        code=issued.code,
        qr_text=enrolment_qr(central, issued.code),
        expires_at=issued.expires_at,
    )


def _view(row: asyncpg.Record) -> TillView:
    said: dict[str, Any] = row["last_contact"] or {}
    follows = said.get("feed_epoch") == row["feed_epoch"]
    return TillView(
        id=row["id"],
        name=row["name"],
        restaurant_id=row["restaurant_id"],
        restaurant=row["restaurant"],
        status=TillStatus(row["status"]),
        incarnation=row["incarnation"],
        enrolled_at=row["enrolled_at"],
        last_seen_at=row["last_contact_at"],
        app_version=row["app_version"],
        waiting=said.get("unsettled"),
        oldest_waiting_ms=said.get("oldest_unsettled_ms"),
        lag=max(0, row["feed_head"] - said["feed_number"]) if follows else None,
        free_disk_bytes=said.get("free_disk_bytes"),
        leases=row["leases"],
        asked_back=row["asked_back"],
        open_cases=row["open_cases"],
        version=version_of(row["name"]),
    )


def _name_taken(advice: str) -> Refusal:
    return Refusal(ProblemType.CONFLICT, "A till of this restaurant has this name already.", advice)


async def _note(
    connection: asyncpg.Connection, person: Person, action: str, till: int, **detail: str | int
) -> None:
    await record_by(connection, person, action, f"till:{till}", detail)
