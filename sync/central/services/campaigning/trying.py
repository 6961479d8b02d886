"""Trying a campaign before it is saved: a draft and a sample bill, judged by the very rules that tills go by (O8)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.schema.numbers import MAX_ID
from sync.central.services.campaigning.desk import draft_of
from sync.central.services.campaigning.draft_exposure import DraftExposure, draft_exposure
from sync.central.services.campaigns import require_saveable
from sync.central.services.editing.edit_code import LATEST
from sync.central.services.feed_rows import CODE_COLUMNS, read_code, to_ms
from sync.central.services.promo.amounts import to_minor
from sync.central.services.refusal import Refusal
from sync.protocol.leases import LimitKind
from sync.protocol.problems import ProblemType
from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.evaluate import evaluate
from sync.rules.explain import explain
from sync.rules.known import Known
from sync.rules.moment import Moment
from sync.rules.normalise import fold
from sync.rules.sale import Basket, Guest, Line, Place
from sync.rules.user_error import UserError
from sync.rules.verdict import Outcome, Verdict

NOWHERE = 0
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
MAX_LINES = 200
Number = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]


class TriedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the sample bill; ``amount`` is quantity times price, a decimal in the campaign's currency."""

    amount: Decimal
    item: str | None = None
    category: str | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1


class TriedGuest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who buys: a guest by number, or anybody of a tier with so many purchases."""

    id: Number | None = None
    tier: str = "BRONZE"
    purchases: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0


class TryRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft and a sample. ``campaign`` are fields of the rules: all of a new one, or changes of ``campaign_id``.

    Without ``code`` a fresh one is tried, without ``basket`` the code is only looked at, without ``at`` it is now.
    """

    campaign: dict[str, Any] = {}
    campaign_id: Number | None = None
    basket: Annotated[list[TriedLine], msgspec.Meta(max_length=MAX_LINES)] | None = None
    guest: TriedGuest | None = None
    at: datetime | None = None
    restaurant_id: Number | None = None
    till_id: Number | None = None
    code: str | None = None


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say, in a sentence for a cashier too, what it gives (minor units), and the worst case."""

    outcome: Outcome
    reason: str
    headline: str
    sentence: str
    advice: str
    currency: str
    total_minor: int
    discount_minor: int
    discount_by_line: list[int]
    to_pay_minor: int
    points: int
    tier: str | None
    exposure: DraftExposure


async def try_campaign(
    connection: asyncpg.Connection, network_id: int, request: TryRequest, *, language: str = "en"
) -> Tried:
    """Judge a sample by a draft; nothing is written, and nothing is used.

    Raises :class:`UserError` as saving the draft would, and :class:`Refusal` ``not-found``.
    """
    draft = await draft_of(connection, network_id, request.campaign_id, request.campaign)
    await require_saveable(connection, network_id, draft)
    money_left = await _money_left(connection, network_id, draft)
    basket = _basket(request.basket, draft.currency)
    code = await _code(connection, network_id, draft, request.code)
    guest = await _guest(connection, network_id, request.guest)
    scene = await _scene(connection, network_id, request)
    verdict = evaluate(
        code,
        draft,
        guest,
        basket,
        Moment(at_ms=_at_ms(connection, request.at), zone=scene["zone"]),
        Place(restaurant_id=request.restaurant_id or NOWHERE, till_id=request.till_id or NOWHERE),
        known=Known(budget_left_minor=money_left, referral_enabled=scene["referral_enabled"]),
    )
    exposure = await draft_exposure(connection, network_id, draft, money_left=money_left)
    return _tried(verdict, basket, exposure, language)


def _tried(verdict: Verdict, basket: Basket, exposure: DraftExposure, language: str) -> Tried:
    said = explain(verdict.reason, dict(verdict.params), language)
    return Tried(
        outcome=verdict.outcome,
        reason=verdict.reason,
        headline=said.headline,
        sentence=said.sentence,
        advice=said.advice,
        currency=basket.currency,
        total_minor=basket.total_minor,
        discount_minor=verdict.discount_minor,
        discount_by_line=list(verdict.discount_by_line),
        to_pay_minor=basket.total_minor - verdict.discount_minor,
        points=verdict.points,
        tier=verdict.tier,
        exposure=exposure,
    )


def _basket(lines: list[TriedLine] | None, currency: str) -> Basket:
    if lines is None:
        return Basket(currency=currency, known=False)
    return Basket(
        currency=currency,
        lines=tuple(
            Line(
                amount_minor=to_minor(line.amount, currency, "amount"),
                item=line.item,
                category=line.category,
                quantity=line.quantity,
            )
            for line in lines
        ),
    )


async def _money_left(connection: asyncpg.Connection, network_id: int, draft: Campaign) -> int | None:
    """Return what the draft's budget would still have; what was given or is out with tills is gone."""
    if draft.budget_minor is None:
        return None
    gone: int | None = await connection.fetchval(
        """SELECT outstanding + spent + burnt FROM limits
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = 0""",
        network_id,
        LimitKind.BUDGET.value,
        draft.id,
    )
    return max(0, draft.budget_minor - (gone or 0))


async def _code(connection: asyncpg.Connection, network_id: int, draft: Campaign, text: str | None) -> Code:
    if text is None:
        return Code(id=0, campaign_id=draft.id, kind=draft.kind)
    row = await connection.fetchrow(
        f"SELECT {CODE_COLUMNS} FROM codes WHERE network_id = $1 AND folded = $2",  # noqa: S608 - columns are ours
        network_id,
        fold(text),
    )
    if row is None:
        raise Refusal(
            ProblemType.NOT_FOUND, "There is no such code.", "Check how it is written, or leave it out."
        )
    return read_code(row)


async def _guest(connection: asyncpg.Connection, network_id: int, tried: TriedGuest | None) -> Guest | None:
    if tried is None:
        return None
    if tried.id is None:
        return Guest(id=0, tier=tried.tier, purchases=tried.purchases)
    row = await connection.fetchrow(
        "SELECT id, tier, points, purchases, blocked FROM guests WHERE network_id = $1 AND id = $2",
        network_id,
        tried.id,
    )
    if row is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no guest {tried.id}.", "Check the number.")
    return Guest(**row)


async def _scene(connection: asyncpg.Connection, network_id: int, request: TryRequest) -> asyncpg.Record:
    scene = await connection.fetchrow(
        """SELECT n.referral_enabled, COALESCE(r.zone, n.zone) AS zone, r.id AS restaurant
        FROM networks n LEFT JOIN restaurants r ON r.network_id = $1 AND r.id = $2 WHERE n.id = $1""",
        network_id,
        request.restaurant_id,
    )
    if request.restaurant_id is not None and scene["restaurant"] is None:
        raise Refusal(
            ProblemType.NOT_FOUND, f"There is no restaurant {request.restaurant_id}.", "Check the number."
        )
    return scene


def _at_ms(connection: asyncpg.Connection, at: datetime | None) -> int:
    if at is None:
        return clock_of(connection).now_ms()
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if not EARLIEST <= aware < LATEST:
        raise UserError(
            "moment_unfit", "This is no moment at which somebody buys.", "Choose one from 1970 to 8999."
        )
    return to_ms(aware) or 0
