"""What the office itself booked for guests, and how their tiers changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Tenant, one_of
from sync.central.schema.words import TierWhy, TransactionKind


class GuestTransaction(Tenant, Model):
    """A sale, redemption or manual operation without a till; amounts in minor units, ``points`` with their sign.

    ``actor`` is who asked for it (a person or a program's key), ``tier`` the guest's of that moment.
    """

    __tablename__ = "guest_transactions"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint(one_of("kind", TransactionKind), name="kind"),
        CheckConstraint(
            "amount_minor >= 0 AND discount_minor >= 0 AND paid_minor = amount_minor - discount_minor",
            name="amounts",
        ),
        Index(None, "network_id", "guest_id", "at"),
        Index(None, "network_id", "restaurant_id", "at"),
        Index(
            "uq_guest_transactions_order",
            "network_id",
            "actor",
            "order_id",
            unique=True,
            postgresql_where=text("order_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    guest_id: Mapped[int]
    kind: Mapped[str]
    restaurant_id: Mapped[int | None]
    at: Mapped[datetime]
    currency: Mapped[str | None]
    amount_minor: Mapped[Count]
    discount_minor: Mapped[Count]
    paid_minor: Mapped[Count]
    points: Mapped[Count]
    tier: Mapped[str]
    reward_id: Mapped[int | None]
    order_id: Mapped[str | None]
    actor: Mapped[str]
    staff_id: Mapped[int | None]
    approved_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    note: Mapped[str] = mapped_column(server_default=text("''"))


class TierChange(Tenant, Model):
    """One change of a guest's tier; ``qualifying`` is what their purchases counted at that moment.

    ``event`` is the use of a code that gave the tier ``given``, or whose tier was taken back; such rows stand also
    where the guest's tier was as high already, so that it is known later what else was given.
    """

    __tablename__ = "tier_changes"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint(one_of("why", TierWhy), name="why"),
        Index(None, "network_id", "guest_id"),
        Index(
            "uq_tier_changes_event",
            "network_id",
            "event",
            "why",
            unique=True,
            postgresql_where=text("event IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    guest_id: Mapped[int]
    at: Mapped[datetime]
    tier_from: Mapped[str]
    tier_to: Mapped[str]
    why: Mapped[str]
    qualifying: Mapped[int]
    actor: Mapped[str]
    event: Mapped[UUID | None]
    given: Mapped[str | None]
