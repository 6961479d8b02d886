"""Who is signed in, the keys of programs, and guests who are proving that a phone is theirs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Small, Tenant


class SessionRecord(Tenant, Model):
    """One sign-in of one person, kept alive by its refresh token; only the one of ``generation`` is good."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint("(staff_id IS NULL) <> (guest_id IS NULL)", name="one_person"),
        Index(None, "network_id", "staff_id"),
        Index(None, "network_id", "guest_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None]
    guest_id: Mapped[int | None]
    generation: Mapped[Count]
    created_at: Mapped[datetime]
    refreshed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]


class ApiKey(Tenant, Model):
    """The key of a program that acts for a network within ``scopes``; ``digest`` is SHA-256 of its secret."""

    __tablename__ = "api_keys"
    __table_args__ = (ForeignKeyConstraint(["network_id"], ["networks.id"]),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    digest: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    created_by: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PhoneVerification(Tenant, Model):
    """A code that was sent to a phone. ``sealed`` is what its guest said, ``code_digest`` keyed with this id."""

    __tablename__ = "phone_verifications"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        Index(None, "network_id", "phone_digest", "sent_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    phone_digest: Mapped[bytes]
    sealed: Mapped[bytes]
    code_digest: Mapped[bytes]
    attempts: Mapped[Small] = mapped_column(server_default=text("0"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
