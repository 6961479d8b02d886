"""Codes: made one by one, in bulk or from a file, and asked about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.services.exposure import code_at_risk
from sync.central.services.feed_rows import CODE_COLUMNS, code_row, to_ms
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table
from sync.protocol.leases import LimitKind
from sync.rules.code import Code, Kind
from sync.rules.code_form import MAX_ISSUED_CHARS, MIN_CODE_CHARS
from sync.rules.lifecycle import with_defaults
from sync.rules.normalise import exact, fold
from sync.rules.user_error import UserError
from sync.rules.voucher_text import read_voucher_body, split_voucher_text

MAX_CODE_CHARS = 200
MAX_CODES_AT_ONCE = 5_000
MAX_USES = 1_000_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_COLUMNS = (
    "campaign_id", "kind", "code", "folded", "name", "max_uses", "expires_at", "group_id",
    "holder_guest_id", "beneficiary_id", "home_restaurant_id", "description", "created_by",
)  # fmt: skip

_INSERT = f"""
INSERT INTO codes (network_id, {", ".join(_COLUMNS)})
SELECT $1, g.* FROM unnest(
    $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[], $9::text[],
    $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::bigint[]
) AS g
ON CONFLICT (network_id, folded) DO NOTHING
RETURNING folded, {CODE_COLUMNS}
"""  # noqa: S608 - column names are ours, values are parameters


class NewCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code to be made; ``max_uses`` None means unlimited. Texts are kept as written, trimmed.

    A referral code without an expiry or a limit gets those of document 001: seven days, a hundred uses.
    """

    campaign_id: int
    kind: Kind
    code: str
    name: str = ""
    max_uses: int | None = None
    expires_at: datetime | None = None
    group_id: str | None = None
    holder_guest_id: int | None = None
    beneficiary_id: int | None = None
    home_restaurant_id: int | None = None
    description: str = ""
    created_by: int | None = None


class CodeStanding(NamedTuple):
    """What the office knows of one code; ``leased`` are units outstanding at tills.

    ``exposure`` is the worst case: uses that stand beyond its limit, and ``at_risk`` more that tills may accept
    within their risk allowances before central hears of them.
    """

    code_id: int
    uses: int
    max_uses: int | None
    leased: int
    status: str
    exposure: int
    at_risk: int


async def create_codes(
    connection: asyncpg.Connection, network_id: int, digest_key: bytes, codes: Sequence[NewCode]
) -> list[int | None]:
    """Make up to ``MAX_CODES_AT_ONCE`` codes in the caller's transaction, and tell the tills.

    Returns the id of each, in order; None where a code with the same folded text exists (earlier in this
    list, or in the network). A limited code gets its limit, all of it in the pool. Raises
    :class:`UserError` ``code_unfit`` for a text that cannot be a code of its kind.
    """
    if len(codes) > MAX_CODES_AT_ONCE:
        msg = f"at most {MAX_CODES_AT_ONCE} codes at once, not {len(codes)}"
        raise ValueError(msg)
    first: dict[str, int] = {}
    for place, new in enumerate(codes):
        first.setdefault(fold(fit_code(new.code, new.kind)), place)
    now_ms = clock_of(connection).now_ms()
    chosen = [(folded, _filled(codes[place], now_ms)) for folded, place in first.items()]
    records = await connection.fetch(_INSERT, network_id, *_as_columns(chosen))
    ids: list[int | None] = [None] * len(codes)
    for record in records:
        ids[first[record["folded"]]] = record["id"]
    await connection.execute(
        """INSERT INTO limits (network_id, kind, subject, total, pool)
        SELECT $1, $2, g.subject, g.units, g.units FROM unnest($3::bigint[], $4::bigint[]) AS g (subject, units)""",
        network_id,
        LimitKind.USES.value,
        [record["id"] for record in records if record["max_uses"] is not None],
        [record["max_uses"] for record in records if record["max_uses"] is not None],
    )
    rows = [(record["id"], code_row(record, digest_key)) for record in records]
    await publish_many(connection, network_id, Table.CODE, rows)
    return ids


async def code_standing(connection: asyncpg.Connection, network_id: int, text: str) -> CodeStanding:
    """Return what is known of a code, however it is written; raises :class:`UserError` ``unknown_code``.

    The text of a signed voucher stands for the code that it names.
    """
    parts = split_voucher_text(exact(text))
    voucher = None if parts is None else read_voucher_body(parts[0])
    record = await connection.fetchrow(
        """SELECT c.id, c.uses, c.max_uses, c.status, COALESCE(l.outstanding, 0) AS leased,
            COALESCE(l.exposure, 0) AS exposure
        FROM codes c LEFT JOIN limits l
            ON l.network_id = c.network_id AND l.kind = $3 AND l.subject = c.id AND l.guest = 0
        WHERE c.network_id = $1 AND (c.folded = $2 OR c.id = $4)""",
        network_id,
        fold(text),
        LimitKind.USES.value,
        voucher.code_id if voucher is not None and voucher.network == network_id else None,
    )
    if record is None:
        raise UserError("unknown_code", "There is no such code in this network.", "Check how it is written.")
    at_risk = await code_at_risk(connection, network_id, record["id"])
    return CodeStanding(
        code_id=record["id"],
        uses=record["uses"],
        max_uses=record["max_uses"],
        leased=record["leased"],
        status=record["status"],
        exposure=record["exposure"] + at_risk,
        at_risk=at_risk,
    )


def fit_code(text: str, kind: Kind) -> str:
    """Return a code's text as it is kept; raises :class:`UserError` ``code_unfit``."""
    fitting = exact(text)
    most = MAX_ISSUED_CHARS if kind is Kind.REFERRAL else MAX_CODE_CHARS
    # What cannot be written in UTF-8 (lone surrogates) cannot be printed or stored either.
    writable = fitting.encode(errors="ignore").decode() == fitting
    if not (writable and len(fold(fitting)) >= MIN_CODE_CHARS and len(fitting) <= most):
        which = "A referral code" if kind is Kind.REFERRAL else "A code"
        raise UserError(
            "code_unfit",
            f"{which} has {MIN_CODE_CHARS} to {most} characters besides spaces and dashes.",
            "Write another.",
        )
    return fitting


def _filled(new: NewCode, now_ms: int) -> NewCode:
    """Fill what the rules say of a code that leaves it open."""
    if new.kind is not Kind.REFERRAL:
        return new
    code = with_defaults(
        Code(
            id=0,
            campaign_id=new.campaign_id,
            kind=new.kind,
            max_uses=new.max_uses,
            expires_at_ms=to_ms(new.expires_at),
        ),
        now_ms,
    )
    expires_at = new.expires_at
    if expires_at is None and code.expires_at_ms is not None:
        expires_at = _EPOCH + timedelta(milliseconds=code.expires_at_ms)
    return msgspec.structs.replace(new, max_uses=code.max_uses, expires_at=expires_at)


def _as_columns(chosen: Sequence[tuple[str, NewCode]]) -> list[list[object]]:
    rows = [
        (
            new.campaign_id,
            new.kind.value,
            exact(new.code),
            folded,
            new.name,
            new.max_uses,
            new.expires_at,
            new.group_id,
            new.holder_guest_id,
            new.beneficiary_id,
            new.home_restaurant_id,
            new.description,
            new.created_by,
        )
        for folded, new in chosen
    ]
    return [[row[place] for row in rows] for place in range(len(_COLUMNS))]
