"""Which offers promo codes were applied to: by callers without a till, and on the bills of tills (document 002).

What a code took off a bill is split exactly over the lines that became cheaper, so that the parts sum to it. Where
several codes or a tier made one bill cheaper, the bill tells only their sum by line, and each gets its share of it.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from sync.central.seals import FieldSeal
from sync.central.secrets import Secrets
from sync.central.services.editing.edit_code import no_such_code
from sync.central.services.feed_rows import GUEST_NAME_FIELD
from sync.central.services.field_keys import known_fields
from sync.central.services.guest_publishing import GUEST_EMAIL_FIELD
from sync.central.services.guest_seal import seal_of
from sync.central.services.one_row import one_row
from sync.central.services.promo.amounts import to_decimal
from sync.rules.money import allocate

USES_AT_ONCE = 1_000
MAX_ROUNDS = 1_000

_STANDS = """a.network_id = $1 AND a.code_id = $2 AND NOT EXISTS (
    SELECT 1 FROM redemptions r JOIN refund_totals t
        ON t.network_id = $1 AND t.done AND t.original IN (r.event, r.sale)
    WHERE r.network_id = $1 AND r.event = a.event)"""
"""Applications that stand; what was undone does not count."""


class OfferFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All uses of a code on one offer; ``offer_id`` is empty for uses that no offer is known of."""

    offer_id: str
    offer_name: str
    uses: int
    total_bonus: float
    unique_users: int


class OfferAnalytics(msgspec.Struct, frozen=True, kw_only=True):
    """Which offers a code was used on; ``total_uses`` counts uses, each of which may have been of several offers."""

    code: str
    total_uses: int
    offer_breakdown: list[OfferFigures]


class UserApplication(msgspec.Struct, frozen=True, kw_only=True):
    """One guest's use of a code on one offer; what is not known of the guest is null."""

    user_id: int | None
    username: str | None
    email: str | None
    offer_id: str
    offer_name: str
    applied_at: datetime
    bonus_earned: float
    conversion_id: str


class UserApplications(msgspec.Struct, frozen=True, kw_only=True):
    """One page of them, in the document's own shape."""

    applications: list[UserApplication]
    total: int
    page: int
    limit: int


async def offer_analytics(connection: asyncpg.Connection, network_id: int, code_id: int) -> OfferAnalytics:
    """Return the uses of a code by offer, the most used first; raises :class:`Refusal` ``not-found``."""
    code = await _code(connection, network_id, code_id)
    await note_offers(connection, network_id, code_id)
    rows = await connection.fetch(
        f"""SELECT a.offer_id, (array_agg(a.offer_name ORDER BY a.applied_at DESC))[1] AS offer_name,
            count(*) AS uses, sum(a.bonus_minor)::bigint AS bonus, count(DISTINCT a.guest_id) AS unique_users
        FROM offer_applications a WHERE {_STANDS}
        GROUP BY a.offer_id ORDER BY uses DESC, a.offer_id""",  # noqa: S608 - conditions are ours
        network_id,
        code_id,
    )
    total: int = await connection.fetchval(
        f"SELECT count(DISTINCT a.event) FROM offer_applications a WHERE {_STANDS}",  # noqa: S608 - conditions are ours
        network_id,
        code_id,
    )
    return OfferAnalytics(
        code=code["code"],
        total_uses=total,
        offer_breakdown=[
            OfferFigures(
                offer_id=row["offer_id"],
                offer_name=row["offer_name"],
                uses=row["uses"],
                total_bonus=to_decimal(row["bonus"], code["currency"]),
                unique_users=row["unique_users"],
            )
            for row in rows
        ],
    )


async def user_applications(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, code_id: int, *, page: int, limit: int
) -> UserApplications:
    """Return who used a code on which offer, the newest first; raises :class:`Refusal` ``not-found``."""
    code = await _code(connection, network_id, code_id)
    await note_offers(connection, network_id, code_id)
    rows = await connection.fetch(
        f"""SELECT a.guest_id, g.data_key, g.name_cipher, g.email_cipher, a.offer_id, a.offer_name, a.applied_at, a.bonus_minor,
            a.conversion_id
        FROM offer_applications a
        LEFT JOIN guests g ON g.network_id = $1 AND g.id = a.guest_id AND g.erased_at IS NULL
        WHERE {_STANDS} ORDER BY a.applied_at DESC, a.event, a.offer_id LIMIT $3 OFFSET $4""",  # noqa: S608 - conditions are ours
        network_id,
        code_id,
        limit,
        (page - 1) * limit,
    )
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM offer_applications a WHERE {_STANDS}",  # noqa: S608 - conditions are ours
        network_id,
        code_id,
    )
    fields = await known_fields(connection, secrets, network_id)
    applications = [
        UserApplication(
            user_id=row["guest_id"],
            username=_opened(row, fields, GUEST_NAME_FIELD, "name_cipher"),
            email=_opened(row, fields, GUEST_EMAIL_FIELD, "email_cipher"),
            offer_id=row["offer_id"],
            offer_name=row["offer_name"],
            applied_at=row["applied_at"],
            bonus_earned=to_decimal(row["bonus_minor"], code["currency"]),
            conversion_id=row["conversion_id"],
        )
        for row in rows
    ]
    return UserApplications(applications=applications, total=total, page=page, limit=limit)


def _opened(row: asyncpg.Record, fields: FieldSeal, field: str, column: str) -> str | None:
    sealed: bytes | None = row[column]
    return None if sealed is None else seal_of(row, fields).open(field, sealed)


async def note_offers(connection: asyncpg.Connection, network_id: int, code_id: int) -> None:
    """Note the offers of uses that tills have handed in since the last look, in the caller's transaction."""
    for _ in range(MAX_ROUNDS):
        rows = await connection.fetch(
            """SELECT r.event, r.guest_id, r.at, r.discount_minor, r.sale, s.lines, k.rules ->> 'currency' AS currency
            FROM redemptions r JOIN campaigns k ON k.network_id = $1 AND k.id = r.campaign_id
            LEFT JOIN sales s ON s.network_id = $1 AND s.event = r.sale
            WHERE r.network_id = $1 AND r.code_id = $2 AND (r.sale IS NULL OR s.event IS NOT NULL)
                AND NOT EXISTS (SELECT 1 FROM offer_applications a WHERE a.network_id = $1 AND a.event = r.event)
            LIMIT $3""",
            network_id,
            code_id,
            USES_AT_ONCE,
        )
        if rows:
            await _store(connection, network_id, code_id, rows)
        if len(rows) < USES_AT_ONCE:
            return


def split(discount_minor: int, lines: list[dict[str, Any]]) -> dict[str, int]:
    """Return what a code took off a bill by item; it is nobody's where no line became cheaper."""
    cheaper = [(line.get("item") or "", line.get("discount_minor", 0)) for line in lines]
    cheaper = [(item, off) for item, off in cheaper if off > 0]
    if not cheaper:
        return {"": discount_minor}
    parts: dict[str, int] = defaultdict(int)
    shares = allocate(discount_minor, [off for _, off in cheaper])
    for (item, _), share in zip(cheaper, shares, strict=True):
        parts[item] += share
    return dict(parts)


async def _store(
    connection: asyncpg.Connection, network_id: int, code_id: int, rows: list[asyncpg.Record]
) -> None:
    noted = [
        (row, item, bonus)
        for row in rows
        for item, bonus in split(row["discount_minor"], row["lines"] or []).items()
    ]
    await connection.execute(
        """INSERT INTO offer_applications (network_id, event, offer_id, offer_name, code_id, guest_id, applied_at,
            bonus_minor, currency, conversion_id)
        SELECT $1, n.event, n.item, COALESCE(p.name, n.item), $2, n.guest, n.at, n.bonus, n.currency, n.conversion
        FROM unnest($3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[], $7::bigint[], $8::text[], $9::text[])
            AS n (event, item, guest, at, bonus, currency, conversion)
        LEFT JOIN products p ON p.network_id = $1 AND p.item = n.item
        ON CONFLICT DO NOTHING""",
        network_id,
        code_id,
        [row["event"] for row, _, _ in noted],
        [item for _, item, _ in noted],
        [row["guest_id"] for row, _, _ in noted],
        [row["at"] for row, _, _ in noted],
        [bonus for _, _, bonus in noted],
        [row["currency"] or "EUR" for row, _, _ in noted],
        [str(row["sale"] or row["event"]) for row, _, _ in noted],
    )


async def _code(connection: asyncpg.Connection, network_id: int, code_id: int) -> asyncpg.Record:
    """Return a promo code's text and currency; its history can be read even when it was deleted."""
    return await one_row(
        connection,
        """SELECT c.code, COALESCE(k.rules ->> 'currency', 'EUR') AS currency
        FROM codes c JOIN campaigns k ON k.network_id = $1 AND k.id = c.campaign_id
        WHERE c.network_id = $1 AND c.id = $2 AND c.kind = 'PROMO'""",
        network_id,
        code_id,
        missing=no_such_code(code_id),
    )
