"""A limit: where each unit of it is now (DESIGN 7)."""

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Tenant, one_of
from sync.protocol.leases import LimitKind


class Limit(Tenant, Model):
    """Units of one limit. ``subject`` is a code, guest, campaign, restaurant, as the kind says.

    ``pool`` may still be leased, ``outstanding`` is leased and not settled, ``spent`` was used, ``burnt``
    is lost with a till. ``exposure`` is what a fact or a person's decision has taken beyond ``total``.
    ``seen_restaurant`` is where somebody has asked for units last: there they may be leased ahead.
    """

    __tablename__ = "limits"
    __table_args__ = (
        CheckConstraint(one_of("kind", LimitKind), name="kind"),
        CheckConstraint("pool + outstanding + spent + burnt = total + exposure", name="equation"),
        CheckConstraint(
            "total >= 0 AND pool >= 0 AND outstanding >= 0 AND spent >= 0 AND burnt >= 0 AND exposure >= 0",
            name="not_negative",
        ),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    guest: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default=text("0"))
    total: Mapped[int]
    pool: Mapped[int]
    outstanding: Mapped[Count]
    spent: Mapped[Count]
    burnt: Mapped[Count]
    exposure: Mapped[Count]
    seen_restaurant: Mapped[int | None]
