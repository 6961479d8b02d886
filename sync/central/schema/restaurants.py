"""A restaurant: a location of a network."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Off, Tenant


class Restaurant(Tenant, Model):
    """``zone`` (IANA) and ``currency`` fall back to the network's when NULL.

    ``credit_allowance``: how many points may be credited by hand here before the office raises it.
    ``letterhead`` is what receipts say above and below, ``logo`` a PNG.
    """

    __tablename__ = "restaurants"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint("credit_allowance >= 0", name="credit_allowance"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    zone: Mapped[str | None]
    currency: Mapped[str | None]
    archived: Mapped[Off]
    letterhead: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    logo: Mapped[bytes | None]
    credit_allowance: Mapped[int] = mapped_column(server_default=text("5000"))
    created_at: Mapped[Now]
