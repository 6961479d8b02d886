"""Sales that tills have confirmed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Off, Tenant


class SaleRecord(Tenant, Model):
    """Amounts are minor units of ``currency``; ``lines`` are the payload's lines with their discounts.

    ``redemptions`` are the events of the uses that belong to it; ``points_paid_minor`` of what was paid was
    paid with ``points_spent`` points.
    """

    __tablename__ = "sales"
    __table_args__ = (
        Index(None, "network_id", "at"),
        Index(None, "network_id", "guest_id"),
        Index(None, "network_id", "till_id", "receipt"),
    )

    event: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[int]
    restaurant_id: Mapped[int]
    staff_id: Mapped[int | None]
    guest_id: Mapped[int | None]
    at: Mapped[datetime]
    receipt: Mapped[int]
    currency: Mapped[str]
    total_minor: Mapped[int]
    discount_minor: Mapped[int]
    paid_minor: Mapped[int]
    tier_discount_minor: Mapped[Count]
    points_earned: Mapped[Count]
    vip: Mapped[Off]
    lines: Mapped[list[Any]]
    redemptions: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    points_spent: Mapped[Count]
    points_paid_minor: Mapped[Count]
