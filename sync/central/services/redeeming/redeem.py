"""One use of a code by a caller without a till: judged, counted and stored in one transaction.

The units come from the same limits that tills lease from (pool → spent), so that there is one book for both. The
locks are taken in the order of :mod:`sync.central.services.journal`: limits by key, days, and the code's row last.
"""

from uuid import UUID

import asyncpg

from sync.central.clock import Clock
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.epochs import may_issue
from sync.central.services.grants import LeaseFor
from sync.central.services.journal.day_uses import count_day, is_limited
from sync.central.services.journal.judging import count_referred
from sync.central.services.journal.redemptions import Counted, add_uses, deactivates, needs_of
from sync.central.services.lease_recall import places_of, recall_from_others
from sync.central.services.limits import LimitKey, open_guest_limits
from sync.central.services.redeeming.asking import Asked, CodeSeen, Redeemed
from sync.central.services.redeeming.facts import answered_before, store_refusal, store_use
from sync.central.services.redeeming.reading import Question, read_question
from sync.central.services.refusal import busy
from sync.protocol.ids import uuid7
from sync.protocol.leases import LimitKind
from sync.rules.code import Kind
from sync.rules.money import plain_amount
from sync.rules.reasons import Reason
from sync.rules.verdict import Verdict

MAX_LOOKS = 5
"""How often one use is judged again because something changed meanwhile."""
MAX_ATTEMPTS = 3
_ID_BYTES = 10
_GONE = {LimitKind.USES: Reason.USED_UP, LimitKind.GUEST_USES: Reason.ALREADY_USED_BY_GUEST}


class _NoneLeftError(Exception):
    """A limit has no unit to give now; ``key`` is None where the office may not give any yet."""

    def __init__(self, reason: Reason, key: LimitKey | None = None, **params: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.key = key
        self.params = params


class _ChangedError(Exception):
    """What was judged is not what stands there now."""


def new_operation(clock: Clock) -> UUID:
    """Return the id of an operation that its caller gave no key for."""
    return uuid7(clock.now_ms(), clock.random(_ID_BYTES))


async def redeem_alone(database: Database, secrets: Secrets, asked: Asked) -> Redeemed:
    """Redeem in a transaction of its own; see :func:`redeem`."""
    for _ in range(MAX_ATTEMPTS):
        try:
            async with database.network_transaction(asked.network) as connection:
                return await redeem(connection, secrets, asked)
        except asyncpg.DeadlockDetectedError:
            continue
    raise busy("Others are using the same codes at this moment.")


async def redeem(connection: asyncpg.Connection, secrets: Secrets, asked: Asked) -> Redeemed:
    """Use a code in the caller's transaction, or say why not; the same operation gets the same answer for ever.

    The caller commits before anybody hears of it. Raises :class:`Refusal` ``key-reused`` where the operation was
    something else, and ``asyncpg.DeadlockDetectedError`` where the transaction must be begun again.
    """
    for _ in range(MAX_LOOKS):
        before = await answered_before(connection, asked)
        if before is not None:
            return before
        question = await read_question(connection, asked)
        if question is None:
            answer = Redeemed(operation=asked.operation, reason=Reason.UNKNOWN_CODE)
        else:
            verdict = question.verdict()
            answer = _answer(question, verdict, question.code.uses)
            if verdict.accepted:
                try:
                    async with connection.transaction():
                        return await _take(connection, secrets, question, verdict)
                except _ChangedError:
                    continue
                except _NoneLeftError as short:
                    answer = await _refused(connection, question, short)
        if await _store(connection, secrets, asked, answer):
            return answer
    raise busy("Others are changing this code at this moment.", retry_after_s=1)


async def try_out(connection: asyncpg.Connection, asked: Asked) -> Redeemed:
    """Say what :func:`redeem` would answer now, without using or storing anything.

    Units that tills hold are asked back, so that the use that follows finds them.
    """
    question = await read_question(connection, asked)
    if question is None:
        return Redeemed(operation=asked.operation, reason=Reason.UNKNOWN_CODE)
    verdict = question.verdict()
    if verdict.accepted:
        needs = _needs(question, verdict)
        if needs and not await may_issue(
            connection, asked.network, kind=LimitKind.USES, subject=question.code.id
        ):
            return await _refused(connection, question, _NoneLeftError(Reason.NEEDS_OFFICE))
        for key, units in sorted(needs.items()):
            pool = await connection.fetchval(
                "SELECT pool FROM limits WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4",
                asked.network,
                key.kind.value,
                key.subject,
                key.guest,
            )
            # No row of a guest's limit means that it is whole (DESIGN 7.8).
            if pool is None and key.kind is LimitKind.GUEST_USES:
                continue
            if (pool or 0) < units:
                return await _refused(connection, question, _short(question, key))
    return _answer(question, verdict, question.code.uses)


async def _take(
    connection: asyncpg.Connection, secrets: Secrets, question: Question, verdict: Verdict
) -> Redeemed:
    """Take every unit that the use needs and store it; raises what undoes all of it."""
    asked, offer = question.asked, question.offer
    guest = None if question.guest is None else question.guest.id
    needs = _needs(question, verdict)
    if needs and not await may_issue(
        connection, asked.network, kind=LimitKind.USES, subject=question.code.id
    ):
        raise _NoneLeftError(Reason.NEEDS_OFFICE)
    if offer.max_uses_per_guest is not None and guest is not None:
        key = LimitKey(LimitKind.GUEST_USES, offer.id, guest)
        await open_guest_limits(connection, asked.network, {key: offer.max_uses_per_guest})
    for key in sorted(needs):
        await _spend(connection, question, key, needs[key])
    if is_limited(offer):
        await _count_day(connection, question, guest)
    uses = await _lock(connection, question, guest)
    answer = _answer(question, verdict, uses + 1)
    if answer.code is None or not await store_use(
        connection, asked, answer.code, verdict, guest=guest, at_ms=question.at_ms
    ):
        raise _ChangedError
    await add_uses(
        connection,
        asked.network,
        [Counted(question.code.id, 1, question.at_ms, deactivates(offer))],
        place=question.place,
        digest_key=secrets.digest_key(asked.network),
    )
    return answer


def _needs(question: Question, verdict: Verdict) -> dict[LimitKey, int]:
    guest = None if question.guest is None else question.guest.id
    return needs_of(question.code, question.offer, guest_id=guest, discount_minor=verdict.discount_minor)


async def _spend(connection: asyncpg.Connection, question: Question, key: LimitKey, units: int) -> None:
    taken = await connection.fetchval(
        """UPDATE limits SET pool = pool - $5, spent = spent + $5,
            seen_restaurant = COALESCE($6, seen_restaurant)
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4 AND pool >= $5 RETURNING true""",
        question.asked.network,
        key.kind.value,
        key.subject,
        key.guest,
        units,
        question.asked.restaurant,
    )
    if not taken:
        raise _short(question, key)


async def _count_day(connection: asyncpg.Connection, question: Question, guest: int | None) -> None:
    """Count the use on its day, and refuse where others have used that day up meanwhile."""
    offer = question.offer
    before = await count_day(
        connection, question.asked.network, offer, guest_id=guest, at_ms=question.at_ms, zone=question.zone
    )
    if offer.max_uses_per_day is not None and before.campaign >= offer.max_uses_per_day:
        raise _ChangedError
    if offer.max_uses_per_guest_per_day is not None and before.guest >= offer.max_uses_per_guest_per_day:
        raise _ChangedError


async def _lock(connection: asyncpg.Connection, question: Question, guest: int | None) -> int:
    """Lock the code's row and see that all is as it was judged; return how often it has been used."""
    network, code = question.asked.network, question.code
    row = await connection.fetchrow(
        "SELECT version, uses FROM codes WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE",
        network,
        code.id,
    )
    offered = await connection.fetchval(
        "SELECT version FROM campaigns WHERE network_id = $1 AND id = $2", network, question.offer.id
    )
    uses: int = row["uses"]
    if row["version"] != question.versions[0] or (code.max_uses is not None and uses >= code.max_uses):
        raise _ChangedError
    # A day that this very use has filled has raised the campaign's version by one.
    if offered != question.versions[1] and not is_limited(question.offer):
        raise _ChangedError
    if code.kind is Kind.REFERRAL and guest is not None:
        counted = await count_referred(connection, network, {code.id}, {guest})
        if counted[(code.id, guest)]:
            raise _ChangedError
    return uses


async def _refused(connection: asyncpg.Connection, question: Question, short: _NoneLeftError) -> Redeemed:
    """Say why there is no unit: tills hold it, and are asked for it back, or it is gone."""
    reason, params = short.reason, dict(short.params)
    if short.key is not None:
        nobody = LeaseFor(question.asked.network, 0, 0)
        places = await places_of(connection, nobody, short.key)
        await recall_from_others(connection, nobody, short.key)
        if places and short.key.kind is not LimitKind.BUDGET:
            reason, params = Reason.HELD_ELSEWHERE, {"where": "; ".join(places)}
    return Redeemed(
        operation=question.asked.operation,
        reason=reason,
        params=params,
        code=question.seen(question.code.uses),
    )


def _short(question: Question, key: LimitKey) -> _NoneLeftError:
    if key.kind is LimitKind.BUDGET:
        left = max(0, question.known.budget_left_minor or 0)
        return _NoneLeftError(Reason.BUDGET_SPENT, key, left=plain_amount(left, question.offer.currency))
    return _NoneLeftError(_GONE[key.kind], key)


def _answer(question: Question, verdict: Verdict, uses: int) -> Redeemed:
    return Redeemed(
        operation=question.asked.operation,
        reason=verdict.reason,
        params=dict(verdict.params),
        code=question.seen(uses),
        discount_minor=verdict.discount_minor if verdict.accepted else 0,
        points=verdict.points if verdict.accepted else 0,
    )


async def _store(connection: asyncpg.Connection, secrets: Secrets, asked: Asked, answer: Redeemed) -> bool:
    code: CodeSeen | None = answer.code
    return await store_refusal(
        connection,
        secrets.digest_key(asked.network),
        asked,
        answer.reason,
        answer.params,
        None if code is None else code.id,
    )
