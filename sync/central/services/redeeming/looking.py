"""Many looks at codes of one network answered together; nothing is used, and nothing is written."""

from collections.abc import Mapping, Sequence

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.services.journal.columns import texts
from sync.central.services.redeeming.asking import Asked, CodeSeen, Redeemed
from sync.central.services.redeeming.doubts import ask_rules
from sync.central.services.redeeming.offers import Offer, Offers
from sync.rules.code import CodeStatus, Kind
from sync.rules.normalise import fold
from sync.rules.reasons import Reason

_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}

# ``sound`` tells that the code itself is in order and that there is a unit of it; most are, and nobody has to be asked.
_LOOK = """
    SELECT c.id, c.kind, c.code, c.name, c.campaign_id, c.max_uses, c.uses, o.version AS offered, n.zone,
        c.status = $4 AND (c.expires_at IS NULL OR c.expires_at > $3)
            AND (c.max_uses IS NULL OR (c.uses < c.max_uses AND n.issuing AND COALESCE(l.pool, 0) > 0)) AS sound
    FROM unnest($2::text::text[]) WITH ORDINALITY AS a (folded, place)
    JOIN networks n ON n.id = $1
    LEFT JOIN codes c ON c.network_id = $1 AND c.folded = a.folded
    LEFT JOIN campaigns o ON o.network_id = $1 AND o.id = c.campaign_id
    LEFT JOIN limits l ON l.network_id = $1 AND l.kind = 'uses' AND l.subject = c.id AND l.guest = 0
    ORDER BY a.place
"""


async def look_at(
    connection: asyncpg.Connection, offers: Offers, network_id: int, batch: Sequence[Asked]
) -> list[Redeemed | None]:
    """Say what each use would be answered now; None for one that must be looked at alone."""
    clock = clock_of(connection)
    at_ms = clock.now_ms()
    rows = await connection.fetch(
        _LOOK,
        network_id,
        texts(fold(str(asked.code)) for asked in batch),
        moment(clock),
        CodeStatus.ACTIVE.value,
    )
    versions = {row["campaign_id"]: row["offered"] for row in rows if row["id"] is not None}
    zone = rows[0]["zone"]
    kept = await offers.at(connection, network_id, versions, zone)
    answers: list[Redeemed | None] = [None] * len(batch)
    doubtful: dict[int, Offer] = {}
    left: list[tuple[int, int]] = []
    for place, (asked, row) in enumerate(zip(batch, rows, strict=True)):
        code_id, kind, text, name, campaign_id, max_uses, uses, _, _, sound = row
        if code_id is None or _KINDS[kind] not in asked.kinds:
            answers[place] = Redeemed(operation=asked.operation, reason=Reason.UNKNOWN_CODE)
            continue
        offer = kept.get(campaign_id)
        if offer is None or not offer.plain:
            continue
        if not (sound and offer.holds(at_ms, zone)):
            doubtful[code_id] = offer
            left.append((place, code_id))
            continue
        answers[place] = Redeemed(
            operation=asked.operation,
            reason=Reason.OK,
            code=CodeSeen(
                id=code_id,
                code=text,
                name=name,
                kind=offer.campaign.kind,
                campaign_id=campaign_id,
                max_uses=max_uses,
                uses=uses,
            ),
        )
    said = await ask_rules(connection, network_id, doubtful, at_ms, zone)
    for place, code_id in left:
        seen, verdict = said.get(code_id, (None, None))
        # Where the rules see no reason, tills hold its units or nothing may be given yet: that takes a word with them.
        if verdict is not None and not verdict.accepted:
            answers[place] = Redeemed(
                operation=batch[place].operation,
                reason=verdict.reason,
                params=dict(verdict.params),
                code=seen,
            )
    return answers
