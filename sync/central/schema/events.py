"""The journals of all tills, byte for byte as they came."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Branch, Model, Now, Off, Small, Tenant, one_of
from sync.central.schema.words import WaitsFor


class EventRecord(Tenant, Model):
    """One recorded fact. Never changed or deleted; ``branch`` is above 0 for the other side of a fork.

    There is no foreign key to what the payload names: a fact is taken even when it names something unknown.
    ``applied`` tells that its effects are booked, ``quarantined`` why they are not, and ``waits_for`` what would
    have to come for them to be tried again (NULL: a person's word).
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("network_id", "event"),
        CheckConstraint("seq > 0 AND branch >= 0", name="place"),
        CheckConstraint(one_of("waits_for", WaitsFor), name="waits_for"),
        Index(
            "ix_events_waiting",
            "network_id",
            "till_id",
            "seq",
            postgresql_where=text("waits_for IS NOT NULL"),
        ),
        Index(
            "ix_events_quarantined",
            "network_id",
            "till_id",
            postgresql_where=text("quarantined IS NOT NULL"),
        ),
    )

    till_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    incarnation: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    branch: Mapped[Branch] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[UUID]
    kind: Mapped[str]
    kind_version: Mapped[Small]
    hash: Mapped[bytes]
    body: Mapped[bytes]
    signature: Mapped[bytes]
    received_at: Mapped[Now]
    applied: Mapped[Off]
    quarantined: Mapped[str | None]
    code_id: Mapped[int | None]
    waits_for: Mapped[str | None]
