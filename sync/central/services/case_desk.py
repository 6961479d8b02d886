"""What the office sees of its cases, and how a person takes one and closes it with an outcome (DESIGN 5)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.schema.numbers import MAX_ID
from sync.central.services.alerting.rules import Alert
from sync.central.services.audit import record_by
from sync.central.services.login import Person
from sync.central.services.names import is_storable
from sync.central.services.one_row import one_row
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

MAX_OUTCOME_CHARS = 2_000
_FIELDS = "id, kind, till_id, event, opened_at, detail, owner, outcome, closed_at"
_WHERE = """FROM cases WHERE network_id = $1 AND ($2::bool IS NULL OR (closed_at IS NULL) = $2)
    AND ($3::text IS NULL OR kind = $3) AND ($4::bigint IS NULL OR till_id = $4)"""


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case: ``detail`` says what it is about, ``owner`` is the person who has taken it; open until ``closed_at``."""

    id: int
    kind: str
    till_id: int | None
    event: UUID | None
    opened_at: datetime
    detail: dict[str, Any]
    owner: int | None
    outcome: str | None
    closed_at: datetime | None


class CaseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases a list shows; what is None does not matter."""

    open: bool | None = None
    kind: str | None = None
    till: int | None = None


class CaseChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of a case: ``mine`` takes it or leaves it again, an ``outcome`` closes it."""

    mine: bool | msgspec.UnsetType = msgspec.UNSET
    outcome: str | msgspec.UnsetType = msgspec.UNSET


async def list_cases(
    connection: asyncpg.Connection, network_id: int, wanted: CaseFilter, *, limit: int, offset: int
) -> tuple[list[CaseView], int]:
    """Return some cases, the newest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        _WHERE,
        network_id,
        wanted.open,
        wanted.kind,
        wanted.till,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return [CaseView(**row) for row in rows], total


async def read_case(connection: asyncpg.Connection, network_id: int, case_id: int) -> CaseView:
    """Return one case; raises :class:`Refusal` ``not-found``."""
    row = await one_row(
        connection,
        f"SELECT {_FIELDS} FROM cases WHERE network_id = $1 AND id = $2",  # noqa: S608 - fixed columns
        network_id,
        case_id,
        missing=Refusal(ProblemType.NOT_FOUND, f"There is no case {case_id}.", "Check the number."),
    )
    return CaseView(**row)


async def change_case(
    connection: asyncpg.Connection, person: Person, case_id: int, change: CaseChange
) -> CaseView:
    """Take a case, leave it, or close it; raises :class:`Refusal` ``not-found`` and ``conflict``."""
    await connection.execute(
        "SELECT 1 FROM cases WHERE network_id = $1 AND id = $2 FOR UPDATE",
        person.network,
        min(case_id, MAX_ID),
    )
    now = await read_case(connection, person.network, case_id)
    if now.closed_at is not None:
        raise Refusal(
            ProblemType.CONFLICT,
            "The case is closed.",
            f"Its outcome was: {now.outcome}. It stays on record.",
        )
    outcome = None if change.outcome is msgspec.UNSET else _fit_outcome(change.outcome)
    if outcome is not None and now.kind in set(Alert):
        raise Refusal(
            ProblemType.CONFLICT,
            "An alert closes by itself when it is over.",
            "Change its limit at /api/alerts if it should not be raised.",
        )
    owner = now.owner
    if change.mine is not msgspec.UNSET:
        owner = person.staff if change.mine else None
    await connection.execute(
        "UPDATE cases SET owner = $3, outcome = $4, closed_at = $5 WHERE network_id = $1 AND id = $2",
        person.network,
        case_id,
        owner if outcome is None else person.staff,
        outcome,
        None if outcome is None else moment(clock_of(connection)),
    )
    await record_by(
        connection,
        person,
        "case.change" if outcome is None else "case.close",
        f"case:{case_id}",
        msgspec.to_builtins(change),
    )
    return await read_case(connection, person.network, case_id)


def _fit_outcome(text: str) -> str:
    fitting = text.strip()
    if not 1 <= len(fitting) <= MAX_OUTCOME_CHARS or not is_storable(fitting.replace("\n", "")):
        raise UserError(
            "outcome_unfit",
            f"An outcome has 1 to {MAX_OUTCOME_CHARS} visible characters.",
            "Write what was found and done.",
        )
    return fitting
