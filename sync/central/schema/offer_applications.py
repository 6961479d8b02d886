"""Offers that promo codes were applied to (document 002)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Tenant


class OfferApplication(Tenant, Model):
    """One use of a code (``event``, as in redemptions) on one offer; ``bonus_minor`` of ``currency`` is what it gave.

    ``offer_id`` is an item of the catalogue or a caller's own, empty where none is known; ``conversion_id`` the sale,
    or a caller's own number.
    """

    __tablename__ = "offer_applications"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint("bonus_minor >= 0", name="bonus_minor"),
        Index(None, "network_id", "code_id", "applied_at"),
    )

    event: Mapped[UUID] = mapped_column(primary_key=True)
    offer_id: Mapped[str] = mapped_column(primary_key=True)
    offer_name: Mapped[str]
    code_id: Mapped[int]
    guest_id: Mapped[int | None]
    applied_at: Mapped[datetime]
    bonus_minor: Mapped[int]
    currency: Mapped[str]
    conversion_id: Mapped[str]
