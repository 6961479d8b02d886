"""Requests that were answered, so that a repeated one gets the same answer."""

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant


class AnsweredRequest(Tenant, Model):
    """``key`` is the caller's ``Idempotency-Key``; ``status`` and ``body`` are NULL until it is answered."""

    __tablename__ = "answered_requests"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        Index(None, "network_id", "at"),
    )

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    status: Mapped[Small | None]
    body: Mapped[bytes | None]
    at: Mapped[Now]
