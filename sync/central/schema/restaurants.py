"""A restaurant: a location of a network."""

from sqlalchemy import ForeignKeyConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Off, Tenant


class Restaurant(Tenant, Model):
    """``zone`` (IANA) and ``currency`` fall back to the network's when NULL."""

    __tablename__ = "restaurants"
    __table_args__ = (ForeignKeyConstraint(["network_id"], ["networks.id"]),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    zone: Mapped[str | None]
    currency: Mapped[str | None]
    archived: Mapped[Off]
    created_at: Mapped[Now]
