"""A promo code applied to an offer without a till (document 002): used, and its bonus noted beside the offer."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.editing.edit_code import no_such_code
from sync.central.services.editing.one_code import guest_exists
from sync.central.services.login import Person
from sync.central.services.loyalty.gains import redeem_with_gains
from sync.central.services.promo.amounts import to_decimal, to_minor
from sync.central.services.promo.views import read_promo
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.redeeming.redeem import MAX_ATTEMPTS
from sync.central.services.refusal import Refusal, busy
from sync.protocol.problems import ProblemType
from sync.rules.code import Kind
from sync.rules.sale import Basket, Line
from sync.rules.user_error import UserError

MAX_OFFER_CHARS = 200


class ApplyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offer that a guest has completed with a code. ``amount`` is the offer's price, which the bonus is of.

    ``offer_id`` is an item of the catalogue, or the caller's own; ``conversion_id`` the caller's own number.
    """

    offer_id: str
    user_id: int
    amount: Decimal
    conversion_id: str | None = None


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it was recorded; amounts in the campaign's currency."""

    code_id: int
    user_id: int
    offer_id: str
    offer_name: str
    applied_at: datetime
    bonus_earned: float
    conversion_id: str
    usage_count: int
    uses_remaining: int | None


async def apply_promo(
    database: Database, secrets: Secrets, person: Person, code_id: int, asked: ApplyRequest, operation: UUID
) -> Applied:
    """Use a code on an offer, once for one operation; raises :class:`Refusal` with the reason in words."""
    for text in (asked.offer_id, asked.conversion_id or "-"):
        if not 1 <= len(text) <= MAX_OFFER_CHARS or not text.isprintable():
            raise UserError(
                "offer_unfit",
                f"offer_id and conversion_id have 1 to {MAX_OFFER_CHARS} visible characters.",
                "Write others.",
            )
    for _ in range(MAX_ATTEMPTS):
        try:
            async with database.network_transaction(person.network) as connection:
                answer, applied = await _apply(connection, secrets, person, code_id, asked, operation)
        except asyncpg.DeadlockDetectedError:
            continue
        if applied is None:
            said = answer.said()
            raise Refusal(ProblemType.CODE_REFUSED, said.sentence, said.advice, reason=answer.reason)
        return applied
    raise busy("Others are using the same code at this moment.")


async def _apply(
    connection: asyncpg.Connection,
    secrets: Secrets,
    person: Person,
    code_id: int,
    asked: ApplyRequest,
    operation: UUID,
) -> tuple[Redeemed, Applied | None]:
    network = person.network
    promo = await read_promo(connection, network, code_id)
    if not await guest_exists(connection, network, asked.user_id):
        raise Refusal(
            ProblemType.NOT_FOUND, f"There is no guest {asked.user_id}.", "Check the number of the user."
        )
    line = Line(amount_minor=to_minor(asked.amount, promo.currency, "amount"), item=asked.offer_id)
    answer = await redeem_with_gains(
        connection,
        secrets,
        Asked(
            network=network,
            caller=person.actor,
            operation=operation,
            code=code_id,
            kinds=frozenset({Kind.PROMO}),
            guest=asked.user_id,
            basket=Basket(currency=promo.currency, lines=(line,)),
            staff=person.staff,
        ),
    )
    if not answer.accepted:
        return answer, None
    if answer.code is None:
        raise no_such_code(code_id)
    if not answer.replayed:
        await _note_offer(connection, network, code_id, asked, answer, promo.currency)
    row = await connection.fetchrow(
        """SELECT offer_id, offer_name, applied_at, bonus_minor, conversion_id FROM offer_applications
        WHERE network_id = $1 AND event = $2""",
        network,
        operation,
    )
    left = None if answer.code.max_uses is None else max(0, answer.code.max_uses - answer.code.uses)
    return answer, Applied(
        code_id=code_id,
        user_id=asked.user_id,
        offer_id=row["offer_id"],
        offer_name=row["offer_name"],
        applied_at=row["applied_at"],
        bonus_earned=to_decimal(row["bonus_minor"], promo.currency),
        conversion_id=row["conversion_id"],
        usage_count=answer.code.uses,
        uses_remaining=left,
    )


async def _note_offer(
    connection: asyncpg.Connection,
    network_id: int,
    code_id: int,
    asked: ApplyRequest,
    answer: Redeemed,
    currency: str,
) -> None:
    await connection.execute(
        """INSERT INTO offer_applications (network_id, event, offer_id, offer_name, code_id, guest_id, applied_at,
            bonus_minor, currency, conversion_id)
        VALUES ($1, $2, $3, COALESCE((SELECT name FROM products WHERE network_id = $1 AND item = $3), $3), $4,
            (SELECT COALESCE(merged_into, id) FROM guests WHERE network_id = $1 AND id = $5), $6, $7, $8, $9)""",
        network_id,
        answer.operation,
        asked.offer_id,
        code_id,
        asked.user_id,
        moment(clock_of(connection)),
        answer.discount_minor,
        currency,
        asked.conversion_id or str(answer.operation),
    )
