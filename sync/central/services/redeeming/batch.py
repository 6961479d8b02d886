"""Many uses of one network decided together: one look, one statement that takes and stores, one that counts.

Here comes what :mod:`.at_once` has left open: uses that are refused, above all, and those that get the last units.

Each use is answered as if it had come alone (:mod:`sync.central.services.redeeming.redeem`); what needs more than a
unit of its code (a guest, a budget, a day, a till that must be asked) is left to that, and so is every doubt.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.journal.columns import numbers, texts, uuids
from sync.central.services.journal.redemptions import Counted, add_uses, deactivates
from sync.central.services.redeeming.asking import Asked, CodeSeen, Redeemed
from sync.central.services.redeeming.doubts import ask_rules
from sync.central.services.redeeming.facts import digest_of
from sync.central.services.redeeming.offers import Offer, Offers
from sync.central.services.redeeming.raced import RacedError
from sync.central.services.redeeming.statements import LOOK, REFUSE, TAKE
from sync.rules.code import Kind
from sync.rules.normalise import fold
from sync.rules.reasons import Reason

MAX_BATCH = 256


@dataclass(slots=True)
class _Use:
    """One use on its way: what was asked, the code, and its campaign if that decides for all alike."""

    asked: Asked
    code: int
    offer: Offer


@dataclass(slots=True)
class _Refused:
    asked: Asked
    answer: Redeemed
    code: int | None


@dataclass(slots=True)
class _Sorted:
    """A batch after the first look: ``alone`` are left to the general path."""

    uses: list[tuple[int, _Use]]
    refused: list[tuple[int, _Use]]
    unknown: list[int]
    zone: str


def fits(asked: Asked) -> bool:
    """Whether a use can be decided with others at all."""
    return (
        isinstance(asked.code, str)
        and asked.guest is None
        and asked.restaurant is None
        and not asked.basket.known
    )


async def decide(
    connection: asyncpg.Connection, secrets: Secrets, offers: Offers, network_id: int, batch: Sequence[Asked]
) -> list[Redeemed | None]:
    """Decide up to ``MAX_BATCH`` uses in the caller's transaction; None for one that must go the general way.

    No operation stands twice in a batch. Raises :class:`RacedError`; then the transaction must be undone.
    """
    at_ms = clock_of(connection).now_ms()
    answers: list[Redeemed | None] = [None] * len(batch)
    found = await _look(connection, offers, network_id, batch, at_ms)
    granted = await _take(connection, secrets, network_id, found.uses, at_ms)
    refused = [
        _Refused(batch[place], Redeemed(operation=batch[place].operation, reason=Reason.UNKNOWN_CODE), None)
        for place in found.unknown
    ]
    left = found.refused
    for place, use in found.uses:
        answers[place] = granted.get(place)
        if answers[place] is None:
            left.append((place, use))
    refused += await _judge(connection, network_id, left, at_ms, found.zone)
    await _store(connection, secrets, network_id, refused)
    places = {asked.operation: place for place, asked in enumerate(batch)}
    for one in refused:
        answers[places[one.asked.operation]] = one.answer
    return answers


async def _look(
    connection: asyncpg.Connection, offers: Offers, network_id: int, batch: Sequence[Asked], at_ms: int
) -> _Sorted:
    """Find codes and campaigns, and what is to become of each use."""
    rows = await connection.fetch(
        LOOK,
        network_id,
        texts(fold(str(asked.code)) for asked in batch),
        uuids(asked.operation for asked in batch),
    )
    versions = {row["campaign"]: row["version"] for row in rows if row["campaign"] is not None}
    kept = await offers.at(connection, network_id, versions, rows[0]["zone"])
    found = _Sorted([], [], [], rows[0]["zone"])
    for place, (asked, row) in enumerate(zip(batch, rows, strict=True)):
        if row["known"]:
            continue
        if row["code"] is None or Kind(row["kind"]) not in asked.kinds:
            found.unknown.append(place)
            continue
        offer = kept.get(row["campaign"])
        if offer is None or not offer.plain or not row["issuing"]:
            continue
        use = _Use(asked, row["code"], offer)
        (found.uses if offer.holds(at_ms, found.zone) else found.refused).append((place, use))
    return found


async def _take(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    uses: Sequence[tuple[int, _Use]],
    at_ms: int,
) -> dict[int, Redeemed]:
    """Take units, store and count the uses that get one; return their answers by place in the batch."""
    if not uses:
        return {}
    asked = [use.asked for _, use in uses]
    rows = await connection.fetch(
        TAKE,
        network_id,
        numbers(use.code for _, use in uses),
        numbers(use.offer.version for _, use in uses),
        uuids(one.operation for one in asked),
        numbers(one.order_id for one in asked),
        numbers(one.staff for one in asked),
        texts(one.caller for one in asked),
        texts(one.source for one in asked),
        [one.request for one in asked],
        moment(clock_of(connection)),
    )
    if not rows:
        return {}
    if rows[0]["stored"] != len(rows):
        raise RacedError
    counts = Counter(row["code"] for row in rows)
    ends = {use.code: deactivates(use.offer.campaign) for _, use in uses}
    await add_uses(
        connection,
        network_id,
        [Counted(code, counts[code], at_ms, ends[code]) for code in sorted(counts)],
        place=None,
        digest_key=secrets.digest_key(network_id),
    )
    granted = {}
    for row in rows:
        place, use = uses[row["place"] - 1]
        granted[place] = Redeemed(
            operation=use.asked.operation,
            reason=Reason.OK,
            code=CodeSeen(
                id=row["code"],
                code=row["text"],
                name=row["name"],
                kind=use.offer.campaign.kind,
                campaign_id=row["campaign_id"],
                max_uses=row["max_uses"],
                uses=row["uses"],
            ),
        )
    return granted


async def _judge(
    connection: asyncpg.Connection,
    network_id: int,
    left: Sequence[tuple[int, _Use]],
    at_ms: int,
    zone: str,
) -> list[_Refused]:
    """Ask the rules why; where they see no reason, somebody holds the units or something has changed."""
    said = await ask_rules(connection, network_id, {use.code: use.offer for _, use in left}, at_ms, zone)
    refused = []
    for _, use in left:
        seen, verdict = said[use.code]
        if verdict.accepted:
            continue
        answer = Redeemed(
            operation=use.asked.operation, reason=verdict.reason, params=dict(verdict.params), code=seen
        )
        refused.append(_Refused(use.asked, answer, use.code))
    return refused


async def _store(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, refused: Sequence[_Refused]
) -> None:
    """Store the refusals of a batch."""
    if not refused:
        return
    key = secrets.digest_key(network_id)
    stored = await connection.fetch(
        REFUSE,
        network_id,
        moment(clock_of(connection)),
        uuids(one.asked.operation for one in refused),
        texts(one.answer.reason for one in refused),
        numbers(one.code for one in refused),
        [digest_of(key, one.asked.code) for one in refused],
        texts(one.asked.source for one in refused),
        numbers(one.asked.staff for one in refused),
        texts(one.asked.caller for one in refused),
        numbers(one.asked.order_id for one in refused),
        [one.asked.request for one in refused],
        texts(msgspec.json.encode(dict(one.answer.params)).decode() for one in refused),
    )
    if len(stored) != len(refused):
        raise RacedError
