"""Tills that have not told their leases since central's database was put back to an earlier state."""

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Tenant


class Relisting(Tenant, Model):
    """One till that is awaited. While any row of a network stands, none of its limits issues anything."""

    __tablename__ = "relistings"
    __table_args__ = (ForeignKeyConstraint(["network_id", "till_id"], ["tills.network_id", "tills.id"]),)

    till_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[Now]
