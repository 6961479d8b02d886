"""A campaign: rules and policy shared by codes."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Tenant, one_of
from sync.rules.campaign import CampaignStatus
from sync.rules.code import Kind


class CampaignRecord(Tenant, Model):
    """``rules`` is the whole ``sync.rules.campaign.Campaign`` as JSON; kind, name and status repeat it.

    ``used_up_on`` is the last day on which the daily limit was reached; ``idle_hours`` are hours (as ``active_hours`` of
    the rules has them) that are switched off and wait to be switched on again.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("status", CampaignStatus), name="status"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    status: Mapped[str]
    rules: Mapped[dict[str, Any]]
    version: Mapped[Count]
    used_up_on: Mapped[date | None]
    idle_hours: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
