"""Codes that are made by the thousand or the million, in the background."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Tenant, one_of
from sync.central.schema.words import MakingStatus
from sync.rules.code import Kind


class CodeBatch(Tenant, Model):
    """``spec`` is what was asked for; ``made`` counts up while they are made, and only DONE shows any of them.

    Its codes carry its id, and their own ids lie between ``first_id`` and ``last_id``.
    """

    __tablename__ = "code_batches"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "campaign_id"], ["campaigns.network_id", "campaigns.id"]),
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("status", MakingStatus), name="status"),
        CheckConstraint("wanted > 0 AND made >= 0 AND made <= wanted", name="made"),
        Index(
            "ix_code_batches_open",
            "network_id",
            "id",
            postgresql_where=text("status IN ('waiting', 'running')"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    campaign_id: Mapped[int]
    spec: Mapped[dict[str, Any]]
    wanted: Mapped[int]
    made: Mapped[Count]
    status: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    problem: Mapped[str | None]
    first_id: Mapped[int | None]
    last_id: Mapped[int | None]
    created_by: Mapped[int | None]
    created_at: Mapped[Now]
    finished_at: Mapped[datetime | None]
