"""Uses by day, for campaigns that limit them by day."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Tenant


class DayUses(Tenant, Model):
    """How often a campaign was used on one calendar day of its zone; ``guest_id`` 0 counts everybody."""

    __tablename__ = "day_uses"
    __table_args__ = (ForeignKeyConstraint(["network_id"], ["networks.id"]),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    guest_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    uses: Mapped[int]
