"""Changes on their way to the tills (DESIGN 6)."""

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Tenant, one_of
from sync.protocol.feed import Table


class OutboxRow(Tenant, Model):
    """One change, written in the transaction that made it; ``row`` NULL is a tombstone.

    ``number`` is stamped afterwards by the one sequencer, gapless per network and only on committed rows.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("network_id", "number"),
        CheckConstraint(one_of("tab", Table), name="tab"),
        Index("ix_outbox_unnumbered", "network_id", "id", postgresql_where=text("number IS NULL")),
        Index(None, "network_id", "tab", "subject"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tab: Mapped[str]
    subject: Mapped[int]
    version: Mapped[int]
    row: Mapped[bytes | None]
    number: Mapped[int | None]
    created_at: Mapped[Now]
