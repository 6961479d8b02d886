"""One life of a till's journal, and how far central holds it."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Off, Small, Tenant


class Incarnation(Tenant, Model):
    """One life of a till's journal. This row is locked while a batch of it is stored.

    Every seq up to ``applied_seq`` is held, but for what a person accepted as lost (``journal_gaps``), and
    ``applied_hash`` is the hash of that event;
    ``safe_seq`` is NULL while no backup is configured; ``marked_seq`` becomes safe when the backup under way is
    stored away. A fenced incarnation was followed by another.
    """

    __tablename__ = "incarnations"
    __table_args__ = (
        ForeignKeyConstraint(["network_id", "till_id"], ["tills.network_id", "tills.id"]),
        CheckConstraint("incarnation > 0 AND applied_seq >= 0", name="place"),
    )

    till_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    incarnation: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[bytes]
    applied_seq: Mapped[Count]
    applied_hash: Mapped[bytes] = mapped_column(server_default=text("decode(repeat('00', 32), 'hex')"))
    safe_seq: Mapped[int | None]
    opened_at: Mapped[Now]
    fenced: Mapped[Off]
    marked_seq: Mapped[int | None]
