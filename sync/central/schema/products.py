"""The small catalogue that the office keeps for its tills."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Tenant


class ProductRecord(Tenant, Model):
    """``item`` is the identifier that campaigns name; ``price_minor`` minor units of the network's currency."""

    __tablename__ = "products"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        UniqueConstraint("network_id", "item"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    item: Mapped[str]
    name: Mapped[str]
    price_minor: Mapped[int]
    category: Mapped[str] = mapped_column(server_default=text("''"))
    tax_group: Mapped[str] = mapped_column(server_default=text("'standard'"))
