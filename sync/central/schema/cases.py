"""Cases: what a person must decide. Nothing disappears."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Tenant


class Case(Tenant, Model):
    """``kind`` is a stable identifier (fork, quarantined, rule_difference …); open while ``closed_at`` is NULL."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_open", "network_id", "id", postgresql_where=text("closed_at IS NULL")),
        Index(
            "ix_cases_open_of_till", "network_id", "till_id", "id", postgresql_where=text("closed_at IS NULL")
        ),
        # What an alert is about is open once, however many processes look.
        Index(
            "ix_cases_alerts",
            "network_id",
            "kind",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND kind LIKE 'alert_%'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    till_id: Mapped[int | None]
    event: Mapped[UUID | None]
    opened_at: Mapped[Now]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    owner: Mapped[int | None]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]
