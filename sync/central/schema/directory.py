"""What must be found before the network is known: whose restaurant, till or login something is.

These two tables are read without naming a network; they hold identifiers and keyed digests only, nothing
personal. Row-level security still lets a transaction write nothing but its own network's rows.
"""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, one_of
from sync.central.schema.words import Noun


class DirectoryEntry(Model):
    """``(noun, id)`` belongs to ``network_id``. Every network has an entry under its own id."""

    __tablename__ = "directory"
    __table_args__ = (CheckConstraint(one_of("noun", Noun), name="noun"),)

    noun: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    network_id: Mapped[int]


class Login(Model):
    """Whose e-mail address is it? ``email_digest`` is keyed for the whole installation."""

    __tablename__ = "logins"

    email_digest: Mapped[bytes] = mapped_column(primary_key=True)
    network_id: Mapped[int]
    staff_id: Mapped[int]
