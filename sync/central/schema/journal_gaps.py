"""Stretches of a till's journal that nobody has any more."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant


class JournalGap(Tenant, Model):
    """Events ``first_seq`` to ``last_seq`` of one life: the database was restored without them, the till let them go.

    ``last_hash`` is the hash of the last of them, which the event behind it names. Until somebody has accepted the
    loss, the line does not go on; afterwards the incarnation's ``applied_seq`` counts them too.
    """

    __tablename__ = "journal_gaps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["network_id", "till_id", "incarnation"],
            ["incarnations.network_id", "incarnations.till_id", "incarnations.incarnation"],
        ),
        CheckConstraint("first_seq > 0 AND last_seq >= first_seq", name="place"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted"),
    )

    till_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    incarnation: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    first_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_seq: Mapped[int]
    last_hash: Mapped[bytes]
    noted_at: Mapped[Now]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None]
