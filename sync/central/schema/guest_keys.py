"""The keys of what tills recorded of guests."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Tenant


class GuestKey(Tenant, Model):
    """One key, sealed; ``event`` is the registration whose ciphertext it opens. Without it that stays closed."""

    __tablename__ = "guest_keys"
    __table_args__ = (ForeignKeyConstraint(["network_id"], ["networks.id"]),)

    event: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    received_at: Mapped[Now]
