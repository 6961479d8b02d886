"""A guest: personal data sealed, what rules need in the open."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Off, Tenant


class GuestRecord(Tenant, Model):
    """Personal data is sealed per field; a keyed digest beside it serves search by equality.

    ``points`` is the balance in whole points, what the guest's lots hold; ``points_owed`` was taken back after
    it was spent, and comes off the next points; ``purchases`` is the number of sales that stand.
    ``merged_into`` is the guest who this one turned out to be. ``registered_by`` is the event in which a till
    registered them, ``consent`` what they agreed to. ``wallet`` are the codes of the vouchers that the guest carries.
    ``data_key`` is the guest's own key, sealed under the network's, and seals their fields (NULL: the network's does,
    as it did before guests had keys). Whoever was erased has neither key nor anything that it sealed.
    """

    __tablename__ = "guests"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        ForeignKeyConstraint(["network_id", "merged_into"], ["guests.network_id", "guests.id"]),
        UniqueConstraint("network_id", "phone_digest"),
        Index(None, "network_id", "email_digest"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("points_owed >= 0", name="points_owed"),
        CheckConstraint("purchases >= 0", name="purchases"),
        CheckConstraint("merged_into <> id", name="merged_into"),
        CheckConstraint("erased_at IS NULL OR data_key IS NULL", name="erased"),
        Index("uq_guests_network_id_registered_by", "network_id", "registered_by", unique=True),
        Index("ix_guests_erased", "network_id", "erased_at", postgresql_where=text("erased_at IS NOT NULL")),
        Index(
            "ix_guests_network_id_merged_into",
            "network_id",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name_cipher: Mapped[bytes]
    phone_cipher: Mapped[bytes | None]
    phone_digest: Mapped[bytes | None]
    phone_last4: Mapped[str] = mapped_column(server_default=text("''"))
    email_cipher: Mapped[bytes | None]
    email_digest: Mapped[bytes | None]
    tier: Mapped[str] = mapped_column(server_default=text("'BRONZE'"))
    tier_earned: Mapped[Off]
    points: Mapped[Count]
    points_owed: Mapped[Count]
    purchases: Mapped[Count]
    blocked: Mapped[Off]
    created_at: Mapped[Now]
    version: Mapped[Count]
    merged_into: Mapped[int | None]
    children_cipher: Mapped[bytes | None]
    consent: Mapped[dict[str, Any] | None]
    referral_code_id: Mapped[int | None]
    registered_by: Mapped[UUID | None]
    wallet: Mapped[list[int]] = mapped_column(ARRAY(BigInteger()), server_default=text("'{}'"))
    data_key: Mapped[bytes | None]
    erased_at: Mapped[datetime | None]
