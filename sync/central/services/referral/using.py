"""Uses of referral codes without a till: asked for by the office or a program, and at a guest's registration."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.editing.one_code import guest_exists
from sync.central.services.login import Person
from sync.central.services.loyalty.gains import redeem_with_gains, redeem_with_gains_alone
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.code import Kind
from sync.rules.explain import explain
from sync.rules.normalise import fold
from sync.rules.reasons import Reason, public_reason

_REFERRALS = frozenset({Kind.REFERRAL})


class UseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code, and the guest who uses it."""

    code: str
    user_id: int


class UseView(msgspec.Struct, frozen=True, kw_only=True):
    """A use as it was recorded; ``beneficiary`` is the guest who profits."""

    id: UUID
    code_id: int
    used_by: int
    date_used: datetime
    number_of_uses: int
    max_uses: int | None
    beneficiary: int | None


async def use_referral(
    database: Database, secrets: Secrets, person: Person, asked: UseRequest, operation: UUID
) -> UseView:
    """Use a code for a guest; the same operation is done once. Raises :class:`Refusal` with the reason in words."""
    async with database.network_transaction(person.network) as connection:
        if not await guest_exists(connection, person.network, asked.user_id):
            raise Refusal(
                ProblemType.NOT_FOUND, f"There is no guest {asked.user_id}.", "Check the number of the user."
            )
    answer = await redeem_with_gains_alone(
        database,
        secrets,
        Asked(
            network=person.network,
            caller=person.actor,
            operation=operation,
            code=asked.code,
            kinds=_REFERRALS,
            guest=asked.user_id,
            staff=person.staff,
        ),
    )
    if not answer.accepted or answer.code is None:
        raise refused(answer)
    async with database.network_transaction(person.network) as connection:
        row = await connection.fetchrow(
            """SELECT r.guest_id, r.at, COALESCE(c.beneficiary_id, c.holder_guest_id) AS beneficiary
            FROM redemptions r JOIN codes c ON c.network_id = $1 AND c.id = r.code_id
            WHERE r.network_id = $1 AND r.event = $2""",
            person.network,
            operation,
        )
    return UseView(
        id=operation,
        code_id=answer.code.id,
        used_by=row["guest_id"],
        date_used=row["at"],
        number_of_uses=answer.code.uses,
        max_uses=answer.code.max_uses,
        beneficiary=row["beneficiary"],
    )


def refused(answer: Redeemed) -> Refusal:
    """Put a refusal of the engine into words: a code that nobody has is not found, every other is refused."""
    said = answer.said()
    unknown = answer.reason == Reason.UNKNOWN_CODE
    return Refusal(
        ProblemType.NOT_FOUND if unknown else ProblemType.CODE_REFUSED,
        said.sentence,
        said.advice,
        reason=answer.reason,
    )


async def judge_newcomer(connection: asyncpg.Connection, network_id: int, text: str | None) -> None:
    """Refuse a registration at once where the network's switches and the code that was given do not allow it.

    For forms that ask while somebody types, and before any work for a newcomer is done; :func:`use_at_registration`
    has the last word. Raises :class:`Refusal` ``code-refused`` in words that tell a guesser nothing.
    """
    switches = await connection.fetchrow(
        "SELECT referral_enabled, referral_required FROM networks WHERE id = $1", network_id
    )
    given = bool(text and text.strip())
    if given and not switches["referral_enabled"]:
        raise _newcomer_refused(Reason.REFERRAL_DISABLED)
    if not given and switches["referral_enabled"] and switches["referral_required"]:
        raise _newcomer_refused(Reason.REFERRAL_REQUIRED)


async def use_at_registration(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    *,
    guest: int,
    text: str | None,
    operation: UUID,
) -> int | None:
    """Use the code that a new guest has brought, in the transaction that makes the guest; return the code's id.

    None where no code was given and none is needed. The guest's row then names the code. Raises :class:`Refusal`
    ``code-refused``: the caller's transaction is undone, and with it the guest.
    """
    await judge_newcomer(connection, network_id, text)
    if text is None or not text.strip():
        return None
    answer = await redeem_with_gains(
        connection,
        secrets,
        Asked(
            network=network_id,
            caller=f"guest:{guest}",
            operation=operation,
            code=text,
            kinds=_REFERRALS,
            guest=guest,
        ),
    )
    if not answer.accepted or answer.code is None:
        raise _newcomer_refused(public_reason(answer.reason))
    await connection.execute(
        "UPDATE guests SET referral_code_id = $3 WHERE network_id = $1 AND id = $2",
        network_id,
        guest,
        answer.code.id,
    )
    return answer.code.id


async def may_be_good(connection: asyncpg.Connection, network_id: int, text: str) -> bool:
    """Say whether a newcomer's code is worth trying: one look for codes that never were and those that are over.

    What comes after it takes longer, and would tell by the time which codes there are.
    """
    good: bool = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM codes WHERE network_id = $1 AND folded = $2 AND kind = $3 AND status = 'active'
            AND (expires_at IS NULL OR expires_at > $4) AND (max_uses IS NULL OR uses < max_uses))""",
        network_id,
        fold(text),
        Kind.REFERRAL.value,
        moment(clock_of(connection)),
    )
    return good


def no_good_code(reason: str = Reason.NOT_VALID) -> Refusal:
    """Refuse a newcomer's code; whoever registers learns no more of it than somebody who guesses may."""
    return _newcomer_refused(public_reason(reason))


def _newcomer_refused(reason: Reason) -> Refusal:
    said = explain(reason)
    return Refusal(ProblemType.CODE_REFUSED, said.sentence, said.advice, reason=reason)
