"""A lease: units of a limit that one till holds (DESIGN 7)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Off, Small, Tenant, one_of
from sync.central.schema.words import LeaseState


class Lease(Tenant, Model):
    """``settled`` of ``units`` are accounted for. ``body`` and ``signature`` are the grant as it was sent.

    ``operation`` makes granting idempotent: one till's operation has one lease for ever.
    """

    __tablename__ = "leases"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "till_id"], ["tills.network_id", "tills.id"]),
        ForeignKeyConstraint(
            ["network_id", "kind", "subject", "guest"],
            ["limits.network_id", "limits.kind", "limits.subject", "limits.guest"],
        ),
        UniqueConstraint("network_id", "till_id", "operation"),
        CheckConstraint(one_of("state", LeaseState), name="state"),
        CheckConstraint("units > 0 AND settled >= 0 AND settled <= units", name="units"),
        Index("ix_leases_open_by_till", "network_id", "till_id", postgresql_where=text("state = 'open'")),
        Index(
            "ix_leases_recalled", "network_id", "till_id", postgresql_where=text("state = 'open' AND recall")
        ),
        Index(
            "ix_leases_open_by_limit",
            "network_id",
            "kind",
            "subject",
            "guest",
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[int]
    incarnation: Mapped[Small]
    kind: Mapped[str]
    subject: Mapped[int]
    guest: Mapped[Count]
    units: Mapped[int]
    settled: Mapped[Count]
    state: Mapped[str] = mapped_column(server_default=text("'open'"))
    granted_at: Mapped[Now]
    expires_at: Mapped[datetime | None]
    operation: Mapped[UUID | None]
    sale_bound: Mapped[Off]
    recall: Mapped[Off]
    body: Mapped[bytes]
    signature: Mapped[bytes]
