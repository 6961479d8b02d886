"""A guest's loyalty card."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Off, On, Tenant


class Card(Tenant, Model):
    """``digest`` is of the whole QR text, or of the six digits when ``digits``; those are good for minutes."""

    __tablename__ = "cards"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "guest_id"], ["guests.network_id", "guests.id"]),
        UniqueConstraint("network_id", "digest"),
        Index(None, "network_id", "guest_id"),
        Index("ix_cards_digits", "network_id", "expires_at", postgresql_where=text("digits")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    guest_id: Mapped[int]
    digest: Mapped[bytes]
    digits: Mapped[Off]
    active: Mapped[On]
    version: Mapped[Count]
    issued_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
