"""What people changed, hash-chained per network."""

from typing import Any

from sqlalchemy import Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Tenant


class AuditEntry(Tenant, Model):
    """``previous`` is the hash of the network's entry before; one entry may follow each hash only once."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("network_id", "previous"),
        Index("ix_audit_network_id_subject", "network_id", "subject", "id"),
        Index("ix_audit_network_id_actor", "network_id", "actor", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[Now]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    previous: Mapped[bytes]
    hash: Mapped[bytes]
