"""Voids and refunds that tills have recorded, what is left of their originals, and units that came back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Off, Tenant, one_of
from sync.central.schema.words import RefundKind


class RefundRecord(Tenant, Model):
    """One void or refund that was booked. ``lines`` is what came back of each line of the original.

    ``amount_minor`` is its worth, of which ``points_back`` points and the rest in money; ``points_taken`` is
    what the guest had earned and lost again.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint(one_of("kind", RefundKind), name="kind"),
        Index(None, "network_id", "original"),
        Index(None, "network_id", "at"),
    )

    event: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    original: Mapped[UUID]
    till_id: Mapped[int]
    restaurant_id: Mapped[int]
    staff_id: Mapped[int | None]
    approved_by: Mapped[int | None]
    guest_id: Mapped[int | None]
    at: Mapped[datetime]
    receipt: Mapped[int]
    currency: Mapped[str | None]
    amount_minor: Mapped[int]
    points_back: Mapped[Count]
    points_taken: Mapped[Count]
    reason: Mapped[str]
    lines: Mapped[list[Any]]


class RefundTotal(Tenant, Model):
    """How much of one original is undone, all refunds together; its row is locked while one is booked.

    ``refunded`` is in minor units, line by line; ``loose`` is what of that was taken from the lines in their
    order, as nobody had named one; ``done`` when nothing is left to undo.
    """

    __tablename__ = "refund_totals"

    original: Mapped[UUID] = mapped_column(primary_key=True)
    refunded: Mapped[list[int]] = mapped_column(ARRAY(BigInteger()), server_default=text("'{}'"))
    loose: Mapped[list[int]] = mapped_column(ARRAY(BigInteger()), server_default=text("'{}'"))
    points_taken: Mapped[Count]
    done: Mapped[Off]


class RestoreRecord(Tenant, Model):
    """Units of a lease that ``event`` gave back because it undoes ``original``.

    ``waiting`` units are not in the pool yet: the till that holds the lease may be giving them back itself at
    this moment, and only its ``lease.closed`` proves that it has not.
    """

    __tablename__ = "restores"
    __table_args__ = (
        CheckConstraint("units >= 0 AND waiting >= 0", name="not_negative"),
        Index(None, "network_id", "original"),
        Index("ix_restores_waiting", "network_id", "lease", postgresql_where=text("waiting > 0")),
    )

    event: Mapped[UUID] = mapped_column(primary_key=True)
    original: Mapped[UUID] = mapped_column(primary_key=True)
    lease: Mapped[UUID] = mapped_column(primary_key=True)
    units: Mapped[Count]
    waiting: Mapped[Count]
