"""This installation of central: one row."""

from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now


class Installation(Model):
    """``epoch`` names this life of the database."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, server_default=text("1")
    )
    epoch: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    created_at: Mapped[Now]
