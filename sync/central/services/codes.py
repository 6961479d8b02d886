"""Codes: made one by one, in bulk or from a file, and asked about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.services.exposure import code_at_risk
from sync.central.services.feed_rows import to_ms
from sync.central.services.new_codes import NewCode, insert_codes
from sync.protocol.leases import LimitKind
from sync.rules.code import Code, Kind
from sync.rules.code_form import MAX_ISSUED_CHARS, MIN_CODE_CHARS
from sync.rules.lifecycle import with_defaults
from sync.rules.normalise import exact, fold
from sync.rules.user_error import UserError
from sync.rules.voucher_text import read_voucher_body, split_voucher_text

__all__ = ["CodeStanding", "NewCode", "code_standing", "create_codes", "fit_code"]

MAX_CODE_CHARS = 200
MAX_CODES_AT_ONCE = 5_000
MAX_USES = 1_000_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    chosen = [(folded, filled(codes[place], now_ms)) for folded, place in first.items()]
    made = await insert_codes(connection, network_id, digest_key, chosen)
    ids: list[int | None] = [None] * len(codes)
    for folded, code_id in made.items():
        ids[first[folded]] = code_id
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


def filled(new: NewCode, now_ms: int) -> NewCode:
    """Return a new code with what the rules say of one that leaves it open."""
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
