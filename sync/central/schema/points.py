"""The points of guests: lots, and the double entries that made them what they are (``sync.rules.ledger``).

No foreign keys: the one writer of these tables has locked the guest's row and writes what belongs together at
once; looking each parent up again cost as much as the writing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant, one_of
from sync.rules.ledger.book import Account, Kind


class PointsLot(Tenant, Model):
    """Points that were earned together. ``left`` of them are still there, ``id`` is the operation that made it."""

    __tablename__ = "points_lots"
    __table_args__ = (
        CheckConstraint('"left" >= 0', name="left"),
        Index(
            "ix_points_lots_expiring",
            "network_id",
            "expires_at",
            postgresql_where=text('"left" > 0 AND expires_at IS NOT NULL'),
        ),
    )

    guest_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(primary_key=True)
    left: Mapped[int]
    earned_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class PointsTransaction(Tenant, Model):
    """One operation, booked once for ever. ``of`` names the operation that it takes back.

    ``event`` is the journal's event that brought it, ``staff_id`` and ``approved_by`` who did it by hand.
    """

    __tablename__ = "points_transactions"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        Index(
            "ix_points_transactions_of",
            "network_id",
            "guest_id",
            "of",
            postgresql_where=text("of IS NOT NULL"),
        ),
    )

    guest_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    operation: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    request: Mapped[list[Any]]
    of: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    event: Mapped[UUID | None]
    staff_id: Mapped[int | None]
    approved_by: Mapped[int | None]
    booked_at: Mapped[Now]


class PointsEntry(Tenant, Model):
    """One side of a transaction; the sides of one sum to zero."""

    __tablename__ = "points_entries"
    __table_args__ = (CheckConstraint(one_of("account", Account), name="account"),)

    guest_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    operation: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    account: Mapped[str]
    points: Mapped[int]
    lot: Mapped[str | None]
