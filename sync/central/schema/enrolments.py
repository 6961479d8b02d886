"""One-time codes by which a machine becomes a till."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Tenant


class Enrolment(Tenant, Model):
    """``code_digest`` stands for the code, which is nowhere in the open.

    ``used_key`` is the public key that used it, so that the same key may ask again after a lost reply.
    """

    __tablename__ = "enrolments"
    __table_args__ = (ForeignKeyConstraint(["network_id", "till_id"], ["tills.network_id", "tills.id"]),)

    code_digest: Mapped[bytes] = mapped_column(primary_key=True)
    till_id: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_key: Mapped[bytes | None]
    created_at: Mapped[Now]
