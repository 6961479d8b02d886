"""`SALE`, `REDEMPTION` and `MANUAL` (document 004), booked by the office itself: for a web shop, or by a person."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.schema.words import TransactionKind
from sync.central.secrets import Secrets
from sync.central.services.audit import record_by
from sync.central.services.login import Person
from sync.central.services.loyalty.amounts import to_wire
from sync.central.services.loyalty.asking import NewTransaction
from sync.central.services.loyalty.guest_desk import Standing, own_guest, read_standing
from sync.central.services.loyalty.kinds import Booked, Wanted, book
from sync.central.services.loyalty.place import find_place
from sync.central.services.names import is_storable
from sync.central.services.refusal import Refusal
from sync.central.services.tiers.qualifying import review_tiers
from sync.protocol.ids import uuid7
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

MAX_TEXT_CHARS = 500
MAX_ORDER_CHARS = 100


class TransactionView(msgspec.Struct, frozen=True, kw_only=True):
    """What was booked; ``points`` is by how much the balance changed, ``balance`` and ``tier`` what they are now."""

    id: UUID
    guest_id: int
    type: str
    amount: float | None
    discount: float | None
    paid: float | None
    currency: str | None
    points: int
    balance: int
    tier: str
    reward_id: int | None
    restaurant_id: int | None
    order_id: str | None
    reason: str
    note: str
    approved_by: int | None
    created_at: datetime


async def make_transaction(
    connection: asyncpg.Connection,
    secrets: Secrets,
    person: Person,
    guest_id: int,
    new: NewTransaction,
    *,
    approved_by: int | None = None,
) -> TransactionView:
    """Book one transaction in the caller's transaction; ``approved_by`` has proved who they are.

    Raises :class:`Refusal` ``not-found``, ``conflict`` (an order that is booked, points that a till is using),
    ``forbidden`` or ``code-refused``, and :class:`UserError` for what does not fit.
    """
    number = await own_guest(connection, person, guest_id)
    order = _fit_order(new.order_id)
    _fit_texts(new)
    place = await find_place(connection, person, new.restaurant_id)
    clock = clock_of(connection)
    operation = uuid7(clock.now_ms(), clock.random(10))
    before = await read_standing(connection, person.network, number)
    booked = await book(connection, secrets, Wanted(person, before, place, operation, new, approved_by))
    await _store(connection, person, operation, before, booked, new, order, approved_by)
    if booked.kind is not TransactionKind.SALE or person.key is None:
        await record_by(
            connection,
            person,
            f"guest.{booked.kind.value.lower()}",
            f"guest:{number}",
            {"transaction": str(operation), "points": booked.points, "approved_by": approved_by},
        )
    if booked.kind is TransactionKind.SALE:
        await review_tiers(connection, secrets, person.network, [number])
    after = await read_standing(connection, person.network, number)
    return TransactionView(
        id=operation,
        guest_id=number,
        type=booked.kind.value,
        amount=_wire(booked, booked.amount_minor),
        discount=_wire(booked, booked.discount_minor),
        paid=_wire(booked, booked.amount_minor - booked.discount_minor),
        currency=booked.currency,
        points=booked.points,
        balance=after.points,
        tier=after.tier,
        reward_id=new.reward_id,
        restaurant_id=new.restaurant_id,
        order_id=order,
        reason=new.reason,
        note=new.note,
        approved_by=approved_by,
        created_at=moment(clock),
    )


async def _store(
    connection: asyncpg.Connection,
    person: Person,
    operation: UUID,
    guest: Standing,
    booked: Booked,
    new: NewTransaction,
    order: str | None,
    approved_by: int | None,
) -> None:
    stored = await connection.fetchval(
        """INSERT INTO guest_transactions (network_id, id, guest_id, kind, restaurant_id, at, currency, amount_minor,
            discount_minor, paid_minor, points, tier, reward_id, order_id, actor, staff_id, approved_by, reason, note)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (network_id, actor, order_id) WHERE order_id IS NOT NULL DO NOTHING RETURNING true""",
        person.network,
        operation,
        guest.id,
        booked.kind.value,
        new.restaurant_id,
        moment(clock_of(connection)),
        booked.currency,
        booked.amount_minor,
        booked.discount_minor,
        booked.amount_minor - booked.discount_minor,
        booked.points,
        guest.tier,
        new.reward_id,
        order,
        person.actor,
        None if person.key is not None else person.staff,
        approved_by,
        new.reason,
        new.note,
    )
    if stored is None:
        raise Refusal(
            ProblemType.CONFLICT,
            f"The order {order} is booked already.",
            "Look at the guest's history; to repeat a request safely, send it with an Idempotency-Key.",
        )


def _fit_order(order: str | int | None) -> str | None:
    if order is None:
        return None
    text = str(order).strip()
    if not 0 < len(text) <= MAX_ORDER_CHARS or not is_storable(text):
        raise UserError(
            "order_unfit", f"An order number has 1 to {MAX_ORDER_CHARS} characters.", "Send another."
        )
    return text


def _fit_texts(new: NewTransaction) -> None:
    for text in (new.reason, new.note):
        if len(text) > MAX_TEXT_CHARS or not is_storable(text):
            raise UserError(
                "note_unfit",
                f"A reason and a note have at most {MAX_TEXT_CHARS} characters on one line.",
                "Make it shorter.",
            )


def _wire(booked: Booked, amount_minor: int) -> float | None:
    return None if booked.currency is None else to_wire(amount_minor, booked.currency)
