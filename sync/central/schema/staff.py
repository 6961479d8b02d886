"""People who work for a network."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Count, Model, Now, On, Tenant, one_of
from sync.central.schema.words import Role


class Staff(Tenant, Model):
    """``email_cipher`` is sealed per network; ``password_hash`` and ``pin_hash`` are argon2id (PHC form).

    ``restaurants`` lists the restaurant ids where the person works; NULL means all.
    """

    __tablename__ = "staff"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        UniqueConstraint("network_id", "email_digest"),
        UniqueConstraint("network_id", "badge_digest"),
        CheckConstraint(one_of("role", Role), name="role"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    email_cipher: Mapped[bytes | None]
    email_digest: Mapped[bytes | None]
    password_hash: Mapped[str | None]
    pin_hash: Mapped[str | None]
    badge_digest: Mapped[bytes | None]
    active: Mapped[On]
    restaurants: Mapped[list[Any] | None] = mapped_column(JSONB())
    version: Mapped[Count]
    created_at: Mapped[Now]
