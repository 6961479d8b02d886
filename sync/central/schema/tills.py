"""A till: a point of sale of a restaurant, and the machine that stands there now."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Off, Small, Tenant, one_of
from sync.central.schema.words import TillStatus


class Till(Tenant, Model):
    """``incarnation`` is the newest one, 0 before the first enrolment; ``public_key`` belongs to it.

    ``renewal_allowed`` is a person's consent that this machine begins a new life without another code.
    """

    __tablename__ = "tills"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "restaurant_id"], ["restaurants.network_id", "restaurants.id"]),
        UniqueConstraint("network_id", "restaurant_id", "name"),
        CheckConstraint(one_of("status", TillStatus), name="status"),
        CheckConstraint("incarnation >= 0", name="incarnation"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    restaurant_id: Mapped[int]
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'new'"))
    public_key: Mapped[bytes | None]
    incarnation: Mapped[Small] = mapped_column(server_default=text("0"))
    enrolled_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    app_version: Mapped[str | None]
    last_contact: Mapped[dict[str, Any] | None] = mapped_column(JSONB())
    created_at: Mapped[Now]
    renewal_allowed: Mapped[Off]
