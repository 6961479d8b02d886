"""Everything that one use is judged by, read as it is now; what may have changed is looked at again under locks."""

from dataclasses import dataclass

import asyncpg

from sync.central.clock import clock_of
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, CODE_COLUMNS, read_campaign, read_code
from sync.central.services.journal.day_uses import UsesBefore, is_limited, read_day
from sync.central.services.journal.judging import count_referred
from sync.central.services.redeeming.asking import Asked, CodeSeen
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Campaign
from sync.rules.code import Code, Kind
from sync.rules.evaluate import evaluate
from sync.rules.known import Known
from sync.rules.moment import Moment
from sync.rules.normalise import fold
from sync.rules.sale import Guest, Place
from sync.rules.verdict import Verdict

NOWHERE = 0
"""The restaurant and till of a use that happens at none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One use with all that belongs to it. ``versions`` are the code's and the campaign's as they were read."""

    asked: Asked
    code: Code
    text: str
    offer: Campaign
    versions: tuple[int, int]
    guest: Guest | None
    known: Known
    at_ms: int
    zone: str
    place: str | None

    def verdict(self) -> Verdict:
        """Ask the rules."""
        return evaluate(
            self.code,
            self.offer,
            self.guest,
            self.asked.basket,
            Moment(at_ms=self.at_ms, zone=self.zone),
            Place(restaurant_id=self.asked.restaurant or NOWHERE, till_id=NOWHERE),
            known=self.known,
        )

    def seen(self, uses: int) -> CodeSeen:
        """Return the code as the caller may see it."""
        return CodeSeen(
            id=self.code.id,
            code=self.text,
            name=self.code.name,
            kind=self.code.kind,
            campaign_id=self.code.campaign_id,
            max_uses=self.code.max_uses,
            uses=uses,
        )


async def read_question(connection: asyncpg.Connection, asked: Asked) -> Question | None:
    """Read what a use is judged by; None for a code that this caller does not know."""
    column, wanted = ("id", asked.code) if isinstance(asked.code, int) else ("folded", fold(asked.code))
    record = await connection.fetchrow(
        f"SELECT {CODE_COLUMNS} FROM codes WHERE network_id = $1 AND {column} = $2",  # noqa: S608 - columns are ours
        asked.network,
        wanted,
    )
    if record is None or Kind(record["kind"]) not in asked.kinds:
        return None
    offered = await connection.fetchrow(
        f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1 AND id = $2",  # noqa: S608 - columns are ours
        asked.network,
        record["campaign_id"],
    )
    scene = await connection.fetchrow(
        """SELECT n.referral_enabled, COALESCE(r.zone, n.zone) AS zone, r.name AS place
        FROM networks n LEFT JOIN restaurants r ON r.network_id = $1 AND r.id = $2 WHERE n.id = $1""",
        asked.network,
        asked.restaurant,
    )
    code, offer = read_code(record), read_campaign(offered)
    guest = await _guest(connection, asked)
    at_ms = clock_of(connection).now_ms()
    before = UsesBefore()
    if is_limited(offer):
        before = await read_day(
            connection,
            asked.network,
            offer,
            guest_id=guest.id if guest else None,
            at_ms=at_ms,
            zone=scene["zone"],
        )
    by_guest = 0
    if guest is not None and code.kind is Kind.REFERRAL:
        counted = await count_referred(connection, asked.network, {code.id}, {guest.id})
        by_guest = counted[(code.id, guest.id)]
    return Question(
        asked=asked,
        code=code,
        text=record["code"],
        offer=offer,
        versions=(record["version"], offered["version"]),
        guest=guest,
        known=Known(
            code_uses_by_guest=by_guest,
            campaign_uses_today=before.campaign,
            guest_uses_today=before.guest,
            budget_left_minor=await _budget_left(connection, asked.network, offer),
            referral_enabled=scene["referral_enabled"],
        ),
        at_ms=at_ms,
        zone=scene["zone"],
        place=scene["place"],
    )


async def _guest(connection: asyncpg.Connection, asked: Asked) -> Guest | None:
    """Read the guest; a number that nobody has is nobody, and one that was merged is the other guest."""
    if asked.guest is None:
        return None
    row = await connection.fetchrow(
        """SELECT g.id, g.tier, g.points, g.purchases, g.blocked FROM guests f
        JOIN guests g ON g.network_id = $1 AND g.id = COALESCE(f.merged_into, f.id)
        WHERE f.network_id = $1 AND f.id = $2""",
        asked.network,
        asked.guest,
    )
    return None if row is None else Guest(**row)


async def _budget_left(connection: asyncpg.Connection, network_id: int, offer: Campaign) -> int | None:
    """Return what of a campaign's money can be given now; what tills hold cannot."""
    if offer.budget_minor is None:
        return None
    left: int | None = await connection.fetchval(
        "SELECT pool FROM limits WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = 0",
        network_id,
        LimitKind.BUDGET.value,
        offer.id,
    )
    return left
