"""Shifts of tills, and what managers decided there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Small, Tenant


class ShiftRecord(Tenant, Model):
    """One shift; ``event`` opened it, ``closed_event`` (None while it is open) is its Z report.

    Amounts are minor units of ``currency``. ``figures`` are the report's own; ``agrees`` says whether central,
    reckoning from the events that it holds, comes to the same (NULL: too many to be reckoned on arrival).
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("(closed_event IS NULL) = (closed_at IS NULL)", name="closed"),
        Index(
            "ix_shifts_network_id_till_id_closed", "network_id", "till_id", "closed_incarnation", "closed_seq"
        ),
        Index(None, "network_id", "opened_at"),
    )

    event: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[int]
    restaurant_id: Mapped[int]
    number: Mapped[int]
    currency: Mapped[str]
    float_minor: Mapped[Count]
    opened_at: Mapped[datetime]
    opened_by: Mapped[int | None]
    closed_event: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]
    approved_by: Mapped[int | None]
    closed_incarnation: Mapped[Small | None]
    closed_seq: Mapped[int | None]
    expected_minor: Mapped[int | None]
    counted_minor: Mapped[int | None]
    other_minor: Mapped[int | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB())
    agrees: Mapped[bool | None]


class OverrideRecord(Tenant, Model):
    """One ask verdict that a manager decided: what was asked, and whether it was allowed."""

    __tablename__ = "overrides"
    __table_args__ = (Index(None, "network_id", "at"),)

    event: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[int]
    restaurant_id: Mapped[int]
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    decided_by: Mapped[int]
    asked: Mapped[str]
    allowed: Mapped[bool]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    code_id: Mapped[int | None]
    campaign_id: Mapped[int | None]
