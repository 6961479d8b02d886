"""The numbers of a network's card and voucher keys."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant, one_of
from sync.central.schema.words import KeyPurpose


class NetworkKey(Tenant, Model):
    """One key by its number; the secret itself is derived from the master secret and stored nowhere.

    ``content`` is what tills are given: the public key of vouchers, the sealed key of cards. The highest number
    that is not withdrawn is the one that new cards and vouchers bear; no number is used twice.
    """

    __tablename__ = "network_keys"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint(one_of("purpose", KeyPurpose), name="purpose"),
        CheckConstraint("number > 0", name="number"),
    )

    purpose: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]
    created_at: Mapped[Now]
    withdrawn_at: Mapped[datetime | None]
