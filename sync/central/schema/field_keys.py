"""The random keys under which a network's personal data is sealed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant


class FieldKey(Tenant, Model):
    """One key; ``wrapped`` is it, sealed under a key of the master secret, until it is destroyed.

    A number without a row is a key of the time when they were derived from the master secret.
    """

    __tablename__ = "field_keys"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint("number BETWEEN 1 AND 65535", name="number"),
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),
    )

    number: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes | None]
    made_at: Mapped[Now]
    destroyed_at: Mapped[datetime | None]
    destroyed_by: Mapped[str | None]
