"""A guest: personal data sealed, what rules need in the open."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Off, Tenant


class GuestRecord(Tenant, Model):
    """Personal data is sealed per field; a keyed digest beside it serves search by equality.

    ``points`` is the balance in whole points, what the guest's lots hold; ``points_owed`` was taken back after
    it was spent, and comes off the next points; ``purchases`` is the number of sales that stand.
    """

    __tablename__ = "guests"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        UniqueConstraint("network_id", "phone_digest"),
        Index(None, "network_id", "email_digest"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("points_owed >= 0", name="points_owed"),
        CheckConstraint("purchases >= 0", name="purchases"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name_cipher: Mapped[bytes]
    phone_cipher: Mapped[bytes | None]
    phone_digest: Mapped[bytes | None]
    phone_last4: Mapped[str] = mapped_column(server_default=text("''"))
    email_cipher: Mapped[bytes | None]
    email_digest: Mapped[bytes | None]
    tier: Mapped[str] = mapped_column(server_default=text("'BRONZE'"))
    points: Mapped[Count]
    points_owed: Mapped[Count]
    purchases: Mapped[Count]
    blocked: Mapped[Off]
    created_at: Mapped[Now]
    version: Mapped[Count]
