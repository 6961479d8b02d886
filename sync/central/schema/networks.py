"""A network: one chain of restaurants, the tenant."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Identity, func, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Off, On, Small, one_of
from sync.central.schema.words import LoyaltyModel


class Network(Model):
    """The tenant itself. ``id`` is the ``network_id`` of every other table.

    ``tiers`` is a list of ``{name, percent_bp, from_points}``, ``points_rules`` a
    :class:`sync.rules.points_rules.PointsRules` as far as it differs from the defaults. ``(feed_epoch, feed_head)`` is the newest
    cursor; a new epoch begins when central was restored to an earlier time, and with it a new ``epoch``: from
    then on ``issuing`` is false until every till has listed its leases again. ``version`` counts changes of the
    settings that tills follow. ``tills_told`` is what
    tills know of one another's keys, packed as they get it. ``field_key`` is the number of the key that new fields are sealed under.
    """

    __tablename__ = "networks"
    __table_args__ = (
        CheckConstraint(one_of("model", LoyaltyModel), name="model"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("feed_head >= 0", name="feed_head"),
        CheckConstraint("field_key BETWEEN 0 AND 65535", name="field_key"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    currency: Mapped[str] = mapped_column(server_default=text("'EUR'"))
    model: Mapped[str] = mapped_column(server_default=text("'DISCOUNT'"))
    zone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    tiers: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    points_rules: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    tier_rules: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    tiers_reviewed_on: Mapped[date | None] = mapped_column(Date())
    feed_epoch: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    feed_head: Mapped[Count]
    referral_enabled: Mapped[Off]
    referral_required: Mapped[Off]
    voucher_scans: Mapped[On]
    tills_told: Mapped[bytes] = mapped_column(server_default=text("''"))
    alert_rules: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    card_design: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    version: Mapped[Count]
    created_at: Mapped[Now]
    epoch: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    issuing: Mapped[On]
    field_key: Mapped[Small] = mapped_column(server_default=text("0"))
