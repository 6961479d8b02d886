"""Writing new codes, thousands at a time: codes, their limits, and what the tills hear of them, in two statements."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from sync.central.services.feed_rows import code_digests, to_ms
from sync.central.services.outbox import publish_new
from sync.protocol.feed import CodeRow, Table
from sync.protocol.leases import LimitKind
from sync.rules.code import Code, Kind
from sync.rules.normalise import exact

_COLUMNS = (
    "campaign_id", "kind", "code", "folded", "name", "max_uses", "expires_at", "group_id",
    "holder_guest_id", "beneficiary_id", "home_restaurant_id", "description", "created_by",
)  # fmt: skip

# A code is new in its first version, so that nothing has to be raised afterwards. A column that is empty in
# every code comes as an empty array, which unnest fills up.
_INSERT = f"""
WITH made AS (
    INSERT INTO codes (network_id, version, {", ".join(_COLUMNS)})
    SELECT $1, 1, g.campaign_id, g.kind, g.code, g.folded, COALESCE(g.name, ''), g.max_uses, g.expires_at,
        g.group_id, g.holder_guest_id, g.beneficiary_id, g.home_restaurant_id, COALESCE(g.description, ''),
        g.created_by
    FROM unnest(
        $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[], $9::text[],
        $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::bigint[]
    ) AS g ({", ".join(_COLUMNS)})
    ON CONFLICT (network_id, folded) DO NOTHING
    RETURNING id, folded, max_uses
), limited AS (
    INSERT INTO limits (network_id, kind, subject, total, pool)
    SELECT $1, $15, id, max_uses, max_uses FROM made WHERE max_uses IS NOT NULL
)
SELECT folded, id FROM made
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


async def insert_codes(
    connection: asyncpg.Connection, network_id: int, digest_key: bytes, codes: Sequence[tuple[str, NewCode]]
) -> dict[str, int]:
    """Make codes (each with its folded text, no two the same) in the caller's transaction, and tell the tills.

    Returns the ids of those that were made by their folded texts; the others existed already.
    """
    records = await connection.fetch(_INSERT, network_id, *_as_columns(codes), LimitKind.USES.value)
    made: dict[str, int] = {record["folded"]: record["id"] for record in records}
    rows = [
        (made[folded], CodeRow(code=code_of(made[folded], new), digests=code_digests(digest_key, folded)))
        for folded, new in codes
        if folded in made
    ]
    await publish_new(connection, network_id, Table.CODE, rows)
    return made


def code_of(code_id: int, new: NewCode) -> Code:
    """Return a new code as the rules, and the tills, have it."""
    return Code(
        id=code_id,
        campaign_id=new.campaign_id,
        kind=new.kind,
        name=new.name,
        max_uses=new.max_uses,
        expires_at_ms=to_ms(new.expires_at),
        group_id=new.group_id,
        holder_guest_id=new.holder_guest_id,
        beneficiary_id=new.beneficiary_id,
        home_restaurant_id=new.home_restaurant_id,
    )


def _as_columns(codes: Sequence[tuple[str, NewCode]]) -> list[list[object]]:
    news = [new for _, new in codes]
    columns: list[list[object]] = [
        [new.campaign_id for new in news],
        [new.kind.value for new in news],
        [exact(new.code) for new in news],
        [folded for folded, _ in codes],
    ]
    for name in _COLUMNS[len(columns) :]:
        column = [getattr(new, name) for new in news]
        columns.append(column if any(column) else [])
    return columns
