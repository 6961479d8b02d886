"""Redemptions: one row for each use of a code, recorded by a till or by a caller without one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Tenant


class RedemptionRecord(Tenant, Model):
    """``event`` is the journal's event id, ``at`` its trusted instant, ``by`` what allowed it.

    ``sale`` is the event id of the sale it belongs to; ``lease`` the lease whose unit it spent;
    ``judged`` what central's rules said when it arrived (``sync.central.schema.words.Judged``).

    A use by a caller without a till (``caller``, as the audit log names them) has the operation's id as its
    event. ``request`` is the digest of what was asked and ``uses_after`` the count that was answered, so that the
    same request gets the same answer again; ``order_id`` is the caller's own number.
    """

    __tablename__ = "redemptions"
    __table_args__ = (
        Index(None, "network_id", "code_id"),
        Index(None, "network_id", "at"),
    )

    event: Mapped[UUID] = mapped_column(primary_key=True)
    code_id: Mapped[int]
    campaign_id: Mapped[int]
    till_id: Mapped[int | None]
    restaurant_id: Mapped[int | None]
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
    caller: Mapped[str | None]
    order_id: Mapped[int | None]
    request: Mapped[bytes | None]
    uses_after: Mapped[int | None]
