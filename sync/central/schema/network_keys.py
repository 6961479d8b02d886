"""The numbers of a network's card and voucher keys."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant, one_of
from sync.central.schema.words import KeyPurpose


class NetworkKey(Tenant, Model):
    """One key by its number; the key itself is derived from the master secret and stored nowhere.

    Number 1 exists from the beginning and has a row only once it is withdrawn.
    """

    __tablename__ = "network_keys"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint(one_of("purpose", KeyPurpose), name="purpose"),
        CheckConstraint("number > 0", name="number"),
    )

    purpose: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[Now]
    withdrawn_at: Mapped[datetime | None]
