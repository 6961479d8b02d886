"""A code: one scannable secret of a campaign."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Tenant, one_of
from sync.rules.code import CodeStatus, Kind


class CodeRecord(Tenant, Model):
    """``folded`` is ``sync.rules.normalise.fold(code)``: no two codes of a network may share it.

    ``max_uses`` NULL means unlimited; a limited code has a row of kind ``uses`` in ``limits``. ``uses``
    counts redemptions that central has applied. ``text_version`` is the version that brought the text: a trigger
    sets it. ``batch_id`` is the batch that it was made with, if with one.
    """

    __tablename__ = "codes"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "campaign_id"], ["campaigns.network_id", "campaigns.id"]),
        UniqueConstraint("network_id", "folded"),
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("status", CodeStatus), name="status"),
        CheckConstraint("max_uses > 0", name="max_uses"),
        CheckConstraint("uses >= 0", name="uses"),
        Index(None, "network_id", "campaign_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    campaign_id: Mapped[int]
    kind: Mapped[str]
    code: Mapped[str]
    folded: Mapped[str]
    name: Mapped[str] = mapped_column(server_default=text("''"))
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    max_uses: Mapped[int | None]
    uses: Mapped[Count]
    expires_at: Mapped[datetime | None]
    group_id: Mapped[str | None]
    holder_guest_id: Mapped[int | None]
    beneficiary_id: Mapped[int | None]
    home_restaurant_id: Mapped[int | None]
    first_used_at: Mapped[datetime | None]
    first_used_where: Mapped[str | None]
    auto_deactivated_at: Mapped[datetime | None]
    description: Mapped[str] = mapped_column(server_default=text("''"))
    created_by: Mapped[int | None]
    batch_id: Mapped[int | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    version: Mapped[Count]
    text_version: Mapped[Count]
