"""Staff redeem a voucher for a guest without a till (document 003): the use itself is the redeeming engine's.

What follows a use in the guest's wallet touches rows that tills lock before codes, and is done in a
transaction of its own right after it; a repeated request does it again, to the same end.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.idempotency import fit_key, operation_id
from sync.central.services.login import Person
from sync.central.services.loyalty.gains import redeem_with_gains_alone
from sync.central.services.redeeming.asking import NO_BASKET, Asked, CodeSeen, Redeemed
from sync.central.services.redeeming.redeem import new_operation
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.ids import VoucherKey, public_id
from sync.central.services.scanning.settling import settle
from sync.central.services.scanning.told import Location, fit_location, fit_object
from sync.protocol.problems import ProblemType
from sync.rules.code import Kind
from sync.rules.money import exponent_of
from sync.rules.sale import Basket, Line
from sync.rules.user_error import UserError
from sync.rules.wallet import ScanSource

MAX_NUMBER = 2**53
MAX_AMOUNT_MINOR = 10**12


class RedeemRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A use that is asked for. ``amount`` is the bill, in units of the restaurant's (else the network's) currency."""

    customer_id: int | None = None
    restaurant_id: int | None = None
    amount: float | None = None
    order_id: int | None = None
    scan_source: ScanSource = ScanSource.LINK
    device_info: dict[str, Any] = {}
    location: Location | None = None
    metadata: dict[str, Any] = {}


class VoucherUsed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A voucher after its use; ``maxUses`` is null for an unlimited one."""

    id: UUID
    code_id: int
    name: str
    current_uses: int
    max_uses: int | None


class VoucherRedeemed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The voucher was used; ``discount`` comes off the bill, ``points`` were booked for the guest."""

    success: bool
    redemption_id: UUID
    voucher: VoucherUsed
    customer_id: int | None
    discount: float
    currency: str
    points: int = 0


async def redeem_voucher(
    database: Database,
    secrets: Secrets,
    person: Person,
    voucher: VoucherKey,
    key: str | None,
    request: RedeemRequest,
) -> Redeemed | VoucherRedeemed:
    """Use a voucher once; a :class:`Redeemed` says why not.

    Raises :class:`Refusal` ``not-found`` for a guest or restaurant that does not exist, ``key-reused``, and
    :class:`UserError` for what does not fit.
    """
    key = fit_key(key)
    device = fit_object(request.device_info, "deviceInfo")
    metadata = fit_object(request.metadata, "metadata")
    location = fit_location(request.location)
    async with database.network_transaction(person.network) as connection:
        currency = await _currency(connection, person.network, request)
    operation = (
        new_operation(database.clock) if key is None else operation_id(person.network, person.actor, key)
    )
    asked = Asked(
        network=person.network,
        caller=person.actor,
        operation=operation,
        code=voucher.code,
        kinds=frozenset({Kind.VOUCHER}),
        guest=request.customer_id,
        basket=_basket(request.amount, currency),
        restaurant=request.restaurant_id,
        staff=person.staff,
        order_id=request.order_id,
        source=request.scan_source.value,
    )
    answer = await redeem_with_gains_alone(database, secrets, asked)
    async with database.network_transaction(person.network) as connection:
        await connection.execute(
            """INSERT INTO attempt_notes (network_id, event, at, guest_id, device, location, metadata)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING""",
            person.network,
            answer.operation,
            moment(clock_of(connection)),
            request.customer_id,
            device,
            location,
            metadata,
        )
        if request.customer_id is not None:
            await settle(connection, secrets, person.network, request.customer_id)
    return (
        answer
        if answer.code is None or not answer.accepted
        else _used(secrets, asked, answer, answer.code, currency)
    )


def _used(secrets: Secrets, asked: Asked, answer: Redeemed, code: CodeSeen, currency: str) -> VoucherRedeemed:
    return VoucherRedeemed(
        success=True,
        redemption_id=answer.operation,
        voucher=VoucherUsed(
            id=public_id(secrets, asked.network, code.id),
            code_id=code.id,
            name=code.name,
            current_uses=code.uses,
            max_uses=code.max_uses,
        ),
        customer_id=asked.guest,
        discount=float(Decimal(answer.discount_minor).scaleb(-exponent_of(currency))),
        currency=currency,
        points=answer.points,
    )


async def _currency(connection: asyncpg.Connection, network_id: int, request: RedeemRequest) -> str:
    """Return the currency of the place, having seen that place and guest exist."""
    row = await connection.fetchrow(
        """SELECT COALESCE(r.currency, n.currency) AS currency, r.id AS restaurant, g.id AS guest
        FROM networks n LEFT JOIN restaurants r ON r.network_id = $1 AND r.id = $2 AND NOT r.archived
        LEFT JOIN guests g ON g.network_id = $1 AND g.id = $3 WHERE n.id = $1""",
        network_id,
        _fit_number(request.restaurant_id),
        _fit_number(request.customer_id),
    )
    _fit_number(request.order_id)
    for name, wanted, found in (
        ("restaurant", request.restaurant_id, row["restaurant"]),
        ("guest", request.customer_id, row["guest"]),
    ):
        if wanted is not None and found is None:
            raise Refusal(ProblemType.NOT_FOUND, f"There is no {name} {wanted}.", "Check the number.")
    currency: str = row["currency"]
    return currency


def _fit_number(number: int | None) -> int | None:
    if number is not None and not 0 <= number <= 2 * MAX_NUMBER:
        raise UserError("number_unfit", "This is no number of ours.", "Check the numbers in the request.")
    return number


def _basket(amount: float | None, currency: str) -> Basket:
    if amount is None:
        return NO_BASKET
    minor = Decimal(str(amount)).scaleb(exponent_of(currency))
    if minor != minor.to_integral_value() or not 0 <= minor <= MAX_AMOUNT_MINOR:
        raise UserError(
            "amount_unfit",
            f"This is no amount in {currency}.",
            f"Write at most {exponent_of(currency)} decimals, and nothing below 0.",
        )
    return Basket(currency=currency, lines=(Line(amount_minor=int(minor)),))
