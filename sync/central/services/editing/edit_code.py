"""Changing one code, whatever its kind: its text, its words, its life, its limit; the tills hear of it.

Locks are taken in the order of :mod:`sync.central.services.journal`: the limit first, the code's row after it.
"""

from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.codes import MAX_USES, fit_code
from sync.central.services.editing.deactivating import deactivate_used_up
from sync.central.services.editing.versions import changed_meanwhile
from sync.central.services.feed_rows import CODE_COLUMNS, code_row
from sync.central.services.limits import LimitKey, set_total
from sync.central.services.one_row import one_row
from sync.central.services.outbox import publish
from sync.central.services.refusal import Refusal
from sync.protocol.feed import Table
from sync.protocol.leases import LimitKind
from sync.protocol.problems import ProblemType
from sync.rules.code import CodeStatus, Kind
from sync.rules.normalise import fold
from sync.rules.user_error import UserError

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Nothing is dated later: what comes near the end of the calendar cannot be moved between zones."""
_COLUMNS = f"{CODE_COLUMNS}, description"


class CodeChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in a code; what is UNSET stays. ``version`` is the one that the caller has seen."""

    code: str | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    status: CodeStatus | msgspec.UnsetType = msgspec.UNSET
    max_uses: int | msgspec.UnsetType | None = msgspec.UNSET
    expires_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    beneficiary_id: int | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def edit_code(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    code_id: int,
    change: CodeChange,
    *,
    kind: Kind,
) -> None:
    """Change a code in the caller's transaction, and tell the tills; the caller writes the audit log.

    Raises :class:`Refusal` ``not-found`` (also for an archived code and one of another kind), ``conflict`` (changed
    meanwhile, text taken, limit below the uses there are, used up) and :class:`UserError` for what does not fit.
    """
    now = await _read(connection, network_id, code_id, kind)
    lowered = False
    if change.max_uses is not msgspec.UNSET and change.max_uses is not None:
        fit_max_uses(change.max_uses)
        lowered = now["max_uses"] is None or change.max_uses < now["max_uses"]
        if change.max_uses != now["max_uses"]:
            await set_total(connection, network_id, LimitKey(LimitKind.USES, code_id), total=change.max_uses)
    now = await _read(connection, network_id, code_id, kind, lock=True)
    _compare(now, change)
    fields = _fields(now, change, now_ms=clock_of(connection).now_ms())
    await _require_free(connection, network_id, code_id, fields["code"])
    if now["max_uses"] is None and fields["max_uses"] is not None:
        await _note_past_uses(connection, network_id, code_id, now["uses"])
    if lowered or fields["status"] == CodeStatus.ARCHIVED:
        await _ask_back(connection, network_id, code_id)
    await _write(connection, secrets, network_id, code_id, fields)
    await deactivate_used_up(connection, secrets, network_id, [code_id])


def fit_max_uses(max_uses: int) -> int:
    """Return a limit as it may be; raises :class:`UserError` ``max_uses_unfit``."""
    if not 1 <= max_uses <= MAX_USES:
        raise UserError(
            "max_uses_unfit", f"A code is good for 1 to {MAX_USES} uses.", "Write such a number for max_uses."
        )
    return max_uses


def fit_expiry(at: datetime, now_ms: int) -> datetime:
    """Return an instant in the future (without an offset it is UTC); raises :class:`UserError` ``expiry_past``."""
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if not datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now_ms) < aware < LATEST:
        raise UserError(
            "expiry_past", "The day on which a code expires must lie ahead.", "Choose a later one, or none."
        )
    return aware


def no_such_code(code_id: int) -> Refusal:
    """Say that a code is not there for this caller."""
    return Refusal(ProblemType.NOT_FOUND, f"There is no code {code_id} here.", "Check the number.")


async def _read(
    connection: asyncpg.Connection, network_id: int, code_id: int, kind: Kind, *, lock: bool = False
) -> asyncpg.Record:
    return await one_row(
        connection,
        f"""SELECT {_COLUMNS} FROM codes
        WHERE network_id = $1 AND id = $2 AND kind = $3 AND status <> 'archived'
        {"FOR NO KEY UPDATE" if lock else ""}""",  # noqa: S608 - columns are ours
        network_id,
        code_id,
        kind.value,
        missing=no_such_code(code_id),
    )


def _compare(now: asyncpg.Record, change: CodeChange) -> None:
    """Refuse a change that was made looking at an older version."""
    if change.version is msgspec.UNSET or change.version == now["version"]:
        return
    meanwhile = {
        name: now[name]
        for name, value in msgspec.structs.asdict(change).items()
        if name != "version" and value not in (msgspec.UNSET, now[name])
    }
    raise changed_meanwhile("code", now["version"], meanwhile)


def _fields(now: asyncpg.Record, change: CodeChange, *, now_ms: int) -> dict[str, object]:
    """Return the columns as they are to be."""
    fields = {
        name: now[name] if value is msgspec.UNSET else value
        for name, value in msgspec.structs.asdict(change).items()
        if name != "version"
    }
    if change.code is not msgspec.UNSET:
        fields["code"] = fit_code(change.code, Kind(now["kind"]))
    if isinstance(change.expires_at, datetime):
        fields["expires_at"] = fit_expiry(change.expires_at, now_ms)
    max_uses = fields["max_uses"]
    if max_uses is not None and max_uses < now["uses"]:
        raise Refusal(
            ProblemType.CONFLICT,
            f"The code has been used {now['uses']} times already.",
            f"Set max_uses to {now['uses']} or more, or switch the code off.",
        )
    fields["auto_deactivated_at"] = now["auto_deactivated_at"]
    if now["auto_deactivated_at"] is not None:
        if max_uses is None or max_uses > now["uses"]:
            # What its limit had ended goes on with a greater one, unless the caller wants it otherwise.
            fields["auto_deactivated_at"] = None
            if change.status is msgspec.UNSET:
                fields["status"] = CodeStatus.ACTIVE.value
        elif change.status is CodeStatus.ACTIVE:
            raise Refusal(
                ProblemType.CONFLICT, "The code has been used up.", "Raise max_uses to use it again."
            )
        elif change.status in (CodeStatus.INACTIVE, CodeStatus.ARCHIVED):
            # Somebody has ended it since: a use that comes back must not begin it again, as it does what its limit ended.
            fields["auto_deactivated_at"] = None
    return fields


async def _require_free(connection: asyncpg.Connection, network_id: int, code_id: int, text: object) -> None:
    taken = await connection.fetchval(
        "SELECT true FROM codes WHERE network_id = $1 AND folded = $2 AND id <> $3",
        network_id,
        fold(str(text)),
        code_id,
    )
    if taken:
        raise code_taken()


def code_taken() -> Refusal:
    """Say that a text is a code already."""
    return Refusal(
        ProblemType.CONFLICT,
        "This code exists already, or differs only by case, spaces, dashes or look-alike letters.",
        "Choose another, or leave it out to have one made.",
    )


async def _note_past_uses(connection: asyncpg.Connection, network_id: int, code_id: int, uses: int) -> None:
    """Take from a limit that is new what was used while there was none."""
    await connection.execute(
        """UPDATE limits SET spent = $3, pool = pool - least(pool, $3 - spent),
            exposure = exposure + ($3 - spent) - least(pool, $3 - spent)
        WHERE network_id = $1 AND kind = 'uses' AND subject = $2 AND guest = 0 AND spent < $3""",
        network_id,
        code_id,
        uses,
    )


async def _ask_back(connection: asyncpg.Connection, network_id: int, code_id: int) -> None:
    """Ask tills for the uses of this code that they hold."""
    await connection.execute(
        "UPDATE leases SET recall = true WHERE network_id = $1 AND kind = $2 AND subject = $3 AND state = 'open'",
        network_id,
        LimitKind.USES.value,
        code_id,
    )


async def _write(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    code_id: int,
    fields: dict[str, object],
) -> None:
    text = str(fields["code"])
    try:
        row = await connection.fetchrow(
            f"""UPDATE codes SET code = $3, folded = $4, name = $5, description = $6, status = $7, max_uses = $8,
                expires_at = $9, beneficiary_id = $10, auto_deactivated_at = $11, version = version + 1,
                updated_at = $12::timestamptz
            WHERE network_id = $1 AND id = $2 RETURNING {CODE_COLUMNS}""",  # noqa: S608 - columns are ours
            network_id,
            code_id,
            text,
            fold(text),
            fields["name"],
            fields["description"],
            str(fields["status"]),
            fields["max_uses"],
            fields["expires_at"],
            fields["beneficiary_id"],
            fields["auto_deactivated_at"],
            moment(clock_of(connection)),
        )
    except asyncpg.UniqueViolationError as error:
        raise code_taken() from error
    await publish(connection, network_id, Table.CODE, code_id, code_row(row, secrets.digest_key(network_id)))
