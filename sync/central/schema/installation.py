"""This installation of central: one row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, Small, one_of
from sync.central.schema.words import BackupRule


class Installation(Model):
    """``epoch`` names this life of the database: it changes when the database was put back to an earlier state.

    ``cluster`` and ``timeline`` are PostgreSQL's own names for it, by which a restore is noticed. ``mark`` numbers
    the newest backup mark (:mod:`sync.central.services.backups`), set at ``mark_lsn``; ``noted_at`` is when a
    backup that contains a mark was last known to be stored away. The ``backup_`` columns say how often `serve`
    takes one (NULL: it does not), and what became of the newest.
    """

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint(one_of("backup_rule", BackupRule), name="backup_rule"),
    )

    id: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, server_default=text("1")
    )
    epoch: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    created_at: Mapped[Now]
    cluster: Mapped[str | None]
    timeline: Mapped[str | None]
    backup_rule: Mapped[str] = mapped_column(server_default=text("'none'"))
    mark: Mapped[Count]
    mark_lsn: Mapped[str | None]
    marked_at: Mapped[datetime | None]
    noted_at: Mapped[datetime | None]
    backup_every_s: Mapped[Small | None]
    backup_tried_at: Mapped[datetime | None]
    backup_done_at: Mapped[datetime | None]
    backup_name: Mapped[str | None]
    backup_problem: Mapped[str | None]
