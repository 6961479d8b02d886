"""Redemptions: one row for each use of a code that a till has recorded."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Tenant


class RedemptionRecord(Tenant, Model):
    """``event`` is the journal's event id, ``at`` its trusted instant, ``by`` what allowed it.

    ``sale`` is the event id of the sale it belongs to; ``lease`` the lease whose unit it spent;
    ``judged`` what central's rules said when it arrived (``sync.central.schema.words.Judged``).
    """

    __tablename__ = "redemptions"
    __table_args__ = (
        Index(None, "network_id", "code_id"),
        Index(None, "network_id", "at"),
    )

    event: Mapped[UUID] = mapped_column(primary_key=True)
    code_id: Mapped[int]
    campaign_id: Mapped[int]
    till_id: Mapped[int]
    restaurant_id: Mapped[int]
    guest_id: Mapped[int | None]
    sale: Mapped[UUID | None]
    at: Mapped[datetime]
    discount_minor: Mapped[Count]
    points: Mapped[Count]
    by: Mapped[str]
    source: Mapped[str]
    staff_id: Mapped[int | None]
    lease: Mapped[UUID | None]
    judged: Mapped[str | None]
