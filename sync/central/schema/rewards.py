"""Rewards: what a network's guests may have for their points."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Identity, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, On, Tenant


class RewardRecord(Tenant, Model):
    """``item`` is the catalogue's identifier of what is handed over; no ``tiers`` are all tiers."""

    __tablename__ = "rewards"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="days"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    points: Mapped[int]
    item: Mapped[str | None]
    active: Mapped[On]
    tiers: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    starts_on: Mapped[date | None] = mapped_column(Date())
    ends_on: Mapped[date | None] = mapped_column(Date())
