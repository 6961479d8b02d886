"""How personal data is kept readable to whom it should be, and to nobody once its guest is erased."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Small, Tenant


class FieldKeyRotation(Tenant, Model):
    """How far the network's fields are moved to the key ``number``; ``(place, after)`` is where the job goes on."""

    __tablename__ = "field_key_rotations"
    __table_args__ = (ForeignKeyConstraint(["network_id"], ["networks.id"]),)

    number: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    place: Mapped[str]
    after: Mapped[int] = mapped_column(server_default=text("0"))
    moved: Mapped[Count]
    finished_at: Mapped[datetime | None]


class ErasedPhone(Tenant, Model):
    """The phone of an erased guest, digested under a key that no till has and for no other use.

    A registration that a till recorded before the erasure and hands in after it is the erased guest's.
    """

    __tablename__ = "erased_phones"
    __table_args__ = (ForeignKeyConstraint(["network_id", "guest_id"], ["guests.network_id", "guests.id"]),)

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    guest_id: Mapped[int]
    erased_at: Mapped[datetime]
