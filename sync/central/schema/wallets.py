"""What guests have claimed, what became of it, and what callers said of their attempts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Tenant, one_of
from sync.rules.wallet import ClaimStatus

_EMPTY = text("'{}'")


class WalletClaim(Tenant, Model):
    """One voucher in one guest's wallet (document 003).

    ``scanned_at`` is the guest's first scan of it, where there was one. What was ``taken_out_at`` some time is not
    in the wallet that tills see, nor what is redeemed or expired: ``guests.wallet`` follows.
    """

    __tablename__ = "wallet_claims"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "guest_id"], ["guests.network_id", "guests.id"]),
        ForeignKeyConstraint(["network_id", "code_id"], ["codes.network_id", "codes.id"]),
        CheckConstraint(one_of("status", ClaimStatus), name="status"),
        Index(None, "network_id", "code_id"),
    )

    guest_id: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    claimed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(server_default=text("'CLAIMED'"))
    wallet_order: Mapped[Count]
    notification_preferences: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)
    last_viewed_at: Mapped[datetime | None]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=_EMPTY)
    scanned_at: Mapped[datetime | None]
    redeemed_at: Mapped[datetime | None]
    taken_out_at: Mapped[datetime | None]


class ClaimUsed(Tenant, Model):
    """A use of a claimed voucher that the wallet does not show yet; a trigger on redemptions writes it."""

    __tablename__ = "claims_used"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    guest_id: Mapped[int]
    code_id: Mapped[int]
    at: Mapped[datetime]


class AttemptNote(Tenant, Model):
    """Device and place of a use or a refusal, as its caller told them; forgotten after a while."""

    __tablename__ = "attempt_notes"
    __table_args__ = (Index(None, "network_id", "at"),)

    event: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    guest_id: Mapped[int | None]
    device: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)
    location: Mapped[dict[str, Any] | None]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=_EMPTY)
