"""Redemptions: counting uses, and saying when a code is used up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.schema.words import Judged, WaitsFor
from sync.central.services.campaign_rows import find_campaigns
from sync.central.services.cases import CaseKind
from sync.central.services.feed_rows import (
    CODE_COLUMNS,
    code_row,
    read_code,
)
from sync.central.services.journal.columns import numbers, texts, uuids
from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.ledger import Ledger
from sync.central.services.limits import LimitKey, open_guest_limits
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Redemption
from sync.rules.campaign import Campaign
from sync.rules.code import Code, CodeStatus, Kind

MAX_KEPT = 4_096
"""How many codes one process keeps as it has read them: those that every till uses come with each batch."""

_COLUMNS = CODE_COLUMNS.replace(" uses,", " 0 AS uses,")
"""A code without its count, so that it stays the same from one use to the next."""

_AT_RISK = (LimitKind.USES, LimitKind.GUEST_USES)
"""Limits that a campaign may let a till exceed without the office; money and points are none of them."""


@dataclass(slots=True, kw_only=True)
class Use:
    """One redemption of a code that exists, and the limits that it takes units of.

    ``lease`` is where the use itself was taken from. ``code`` and ``offer`` are the code and its campaign as central has them now. The code's count of uses is left
    out: that is a limit's, and held by leases.
    """

    payload: Redemption
    code: Code
    offer: Campaign
    campaign: int
    deactivates: bool
    needs: dict[LimitKey, int]
    lease: UUID | None = None

    def take(self, ledger: Ledger, item: Item, spent: Mapping[LimitKey, int]) -> None:
        """Book as exposure what no lease of this event covers."""
        risk = LimitKey(LimitKind.RISK, self.campaign)
        exceeded = 0
        for key, units in self.needs.items():
            missing = units - spent.get(key, 0)
            if missing > 0 and risk in spent and key.kind in _AT_RISK:
                exceeded += ledger.take_at_risk(key, missing)
            elif missing > 0 and ledger.take_unleased(key, missing):
                item.raise_case(CaseKind.NO_LEASE, limit=key.kind.value, subject=key.subject, units=missing)
        if exceeded:
            item.raise_case(CaseKind.AT_RISK, campaign=self.campaign, units=exceeded)
        elif risk in spent:
            # Units were left for it after all: the allowance is whole again.
            ledger.unspend(risk, spent[risk])


async def read_uses(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> dict[UUID, Use]:
    """Read what the redemptions of a batch need; one of an unknown code is quarantined."""
    redeemed = [(item, item.payload) for item in items if type(item.payload) is Redemption]
    if not redeemed:
        return {}
    codes = {
        row["id"]: _code(row)
        for row in await connection.fetch(
            f"""SELECT {_COLUMNS} FROM unnest($2::text::bigint[]) AS w (id)
            JOIN codes USING (id) WHERE network_id = $1""",  # noqa: S608 - columns are ours
            scene.network,
            numbers({payload.code_id for _, payload in redeemed}),
        )
    }
    campaigns = await find_campaigns(connection, scene.network, {code.campaign_id for code in codes.values()})
    kinds = await _lease_kinds(connection, scene, [item for item, _ in redeemed])
    uses = {}
    opened: dict[LimitKey, int] = {}
    for item, payload in redeemed:
        code = codes.get(payload.code_id)
        if code is None:
            item.quarantine(f"there is no code {payload.code_id}", WaitsFor.REFERENCE)
            continue
        campaign = campaigns[code.campaign_id]
        if campaign.max_uses_per_guest is not None and payload.guest_id is not None:
            opened[LimitKey(LimitKind.GUEST_USES, campaign.id, payload.guest_id)] = (
                campaign.max_uses_per_guest
            )
        uses[item.event_id] = Use(
            payload=payload,
            code=code,
            offer=campaign,
            campaign=campaign.id,
            deactivates=deactivates(campaign),
            needs=needs_of(code, campaign, guest_id=payload.guest_id, discount_minor=payload.discount_minor),
            lease=_lease_of_use(item, kinds) if item.link.envelope.spends else None,
        )
    await open_guest_limits(connection, scene.network, opened)
    return uses


async def _lease_kinds(
    connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]
) -> dict[UUID, LimitKind]:
    """Return of which kind the leases are that these events spend; one that central never granted has none."""
    leases = {spend.lease for item in items for spend in item.link.envelope.spends}
    if not leases:
        return {}
    rows = await connection.fetch(
        "SELECT id, kind FROM leases WHERE network_id = $1 AND id = ANY ($2::text::uuid[])",
        scene.network,
        uuids(leases),
    )
    return {row["id"]: LimitKind(row["kind"]) for row in rows}


@lru_cache(maxsize=MAX_KEPT)
def _code(record: asyncpg.Record) -> Code:
    """Make the code of the rules; the same record makes the same one."""
    return read_code(record, counted=False)


def _lease_of_use(item: Item, kinds: Mapping[UUID, LimitKind]) -> UUID | None:
    """Return the first lease of uses that an event spends; one that central never granted may be one."""
    for spend in item.link.envelope.spends:
        if kinds.get(spend.lease, LimitKind.USES) is LimitKind.USES:
            return spend.lease
    return None


def limit_keys(uses: Mapping[UUID, Use]) -> set[LimitKey]:
    """Return every limit that these uses touch."""
    return {key for use in uses.values() for key in use.needs}


def needs_of(
    code: Code, campaign: Campaign, *, guest_id: int | None, discount_minor: int
) -> dict[LimitKey, int]:
    """Return the units that one use takes, by limit."""
    needs = {}
    if code.max_uses is not None:
        needs[LimitKey(LimitKind.USES, code.id)] = 1
    if campaign.max_uses_per_guest is not None and guest_id is not None:
        needs[LimitKey(LimitKind.GUEST_USES, campaign.id, guest_id)] = 1
    if campaign.budget_minor is not None and discount_minor > 0:
        needs[LimitKey(LimitKind.BUDGET, campaign.id)] = discount_minor
    return needs


def deactivates(campaign: Campaign) -> bool:
    """Whether the last use of one of its codes sets the code to expired (document 002)."""
    return campaign.kind is Kind.PROMO and campaign.auto_deactivate_on_max_uses


async def store_redemptions(
    connection: asyncpg.Connection,
    scene: Scene,
    items: Sequence[Item],
    uses: Mapping[UUID, Use],
    judged: Mapping[UUID, Judged],
) -> None:
    """Store the redemptions of a batch, with what central's rules said."""
    rows = [
        _row(item, use, judged.get(item.event_id))
        for item in items
        if (use := uses.get(item.event_id)) is not None
    ]
    if not rows:
        return
    (
        events,
        codes,
        campaigns,
        guests,
        sales,
        instants,
        discounts,
        points,
        by,
        sources,
        staff,
        leases,
        said,
    ) = zip(*rows, strict=True)
    await connection.execute(
        """INSERT INTO redemptions (network_id, till_id, restaurant_id, event, code_id, campaign_id, guest_id,
            sale, at, discount_minor, points, by, source, staff_id, lease, judged)
        SELECT $1, $2, $3, r.event, r.code, r.campaign, r.guest, r.sale, to_timestamp(r.at_ms / 1000::float8),
            r.discount, r.points, r.by, r.source, r.staff, r.lease, r.judged
        FROM unnest($4::text::uuid[], $5::text::bigint[], $6::text::bigint[], $7::text::bigint[],
            $8::text::uuid[], $9::text::bigint[], $10::text::bigint[], $11::text::bigint[], $12::text::text[],
            $13::text::text[], $14::text::bigint[], $15::text::uuid[], $16::text::text[])
            AS r (event, code, campaign, guest, sale, at_ms, discount, points, by, source, staff, lease, judged)""",
        scene.network,
        scene.till,
        scene.restaurant,
        uuids(events),
        numbers(codes),
        numbers(campaigns),
        numbers(guests),
        uuids(sales),
        numbers(instants),
        numbers(discounts),
        numbers(points),
        texts(by),
        texts(sources),
        numbers(staff),
        uuids(leases),
        texts(said),
    )


def _row(item: Item, use: Use, judged: Judged | None) -> tuple[object, ...]:
    payload, envelope = use.payload, item.link.envelope
    return (
        item.event_id, payload.code_id, payload.campaign_id, payload.guest_id, payload.sale, envelope.trusted_ms,
        payload.discount_minor, payload.points, payload.by, payload.source, envelope.staff, use.lease, judged,
    )  # fmt: skip


async def count_uses(
    connection: asyncpg.Connection, scene: Scene, items: Sequence[Item], uses: Mapping[UUID, Use]
) -> None:
    """Count the uses of the codes; many tills may use one code, so this comes late in a transaction."""
    booked = [(item, uses[item.event_id]) for item in items if item.event_id in uses]
    if not booked:
        return
    counts: Counter[int] = Counter()
    first_ms: dict[int, int] = {}
    ends: dict[int, bool] = {}
    for item, use in booked:
        code_id, at_ms = use.payload.code_id, item.link.envelope.trusted_ms
        counts[code_id] += 1
        first_ms[code_id] = min(at_ms, first_ms.get(code_id, at_ms))
        ends[code_id] = use.deactivates
    ids = sorted(counts)
    await connection.execute(
        """SELECT 1 FROM unnest($2::text::bigint[]) AS w (id) JOIN codes c USING (id)
        WHERE c.network_id = $1 ORDER BY c.id FOR NO KEY UPDATE OF c""",
        scene.network,
        numbers(ids),
    )
    counted = [Counted(code_id, counts[code_id], first_ms[code_id], ends[code_id]) for code_id in ids]
    await add_uses(
        connection,
        scene.network,
        counted,
        place=scene.place,
        digest_key=scene.secrets.digest_key(scene.network),
    )


class Counted(NamedTuple):
    """New uses of one code, the first of them at ``first_ms``."""

    code: int
    uses: int
    first_ms: int
    deactivates: bool


async def add_uses(
    connection: asyncpg.Connection,
    network_id: int,
    counted: Sequence[Counted],
    *,
    place: str | None,
    digest_key: bytes,
) -> None:
    """Add uses to codes that the caller's transaction has locked, and tell the tills which are used up.

    ``place`` is where it was, as a cashier elsewhere may be told.
    """
    reached = await connection.fetch(
        _COUNT,
        network_id,
        numbers(one.code for one in counted),
        numbers(one.uses for one in counted),
        numbers(one.first_ms for one in counted),
        numbers(one.deactivates for one in counted),
        place,
        CodeStatus.EXPIRED.value,
        CodeStatus.ACTIVE.value,
        moment(clock_of(connection)),
    )
    # Fifteen thousand uses a second are not fifteen thousand rows of the feed: only the one that uses a
    # code up can change what a till answers.
    used_up = [(row["id"], code_row(row, digest_key)) for row in reached]
    await publish_many(connection, network_id, Table.CODE, used_up)


_COUNT = f"""
    WITH counted AS (UPDATE codes c SET
        uses = c.uses + n.uses,
        first_used_where = CASE
            WHEN c.first_used_at IS NULL OR to_timestamp(n.first_ms / 1000::float8) < c.first_used_at THEN $6
            ELSE c.first_used_where
        END,
        first_used_at = LEAST(c.first_used_at, to_timestamp(n.first_ms / 1000::float8)),
        auto_deactivated_at = CASE
            WHEN n.deactivates AND c.status = $8 AND c.uses + n.uses >= c.max_uses THEN $9::timestamptz
            ELSE c.auto_deactivated_at
        END,
        status = CASE
            WHEN n.deactivates AND c.status = $8 AND c.uses + n.uses >= c.max_uses THEN $7
            ELSE c.status
        END,
        updated_at = $9::timestamptz
    FROM unnest($2::text::bigint[], $3::text::bigint[], $4::text::bigint[], $5::text::bool[])
        AS n (code, uses, first_ms, deactivates)
    WHERE c.network_id = $1 AND c.id = n.code
    RETURNING c.uses >= c.max_uses AND c.uses - n.uses < c.max_uses AS used_up,
        {", ".join("c." + column.strip() for column in CODE_COLUMNS.split(","))}
    ) SELECT * FROM counted WHERE used_up
    """  # noqa: S608 - columns are ours, values are parameters
