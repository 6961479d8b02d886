"""Attempts: codes and cards that were not accepted, and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Tenant


class AttemptRecord(Tenant, Model):
    """``digest`` is the keyed digest of what was scanned, never its text; ``reason`` a stable identifier.

    ``caller``, ``order_id`` and ``request`` are as in redemptions; ``params`` fill the reason's sentences, so that
    the same request is refused in the same words again.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "network_id", "at"), Index(None, "network_id", "code_id", "at"))

    event: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[int | None]
    at: Mapped[datetime]
    reason: Mapped[str]
    code_id: Mapped[int | None]
    digest: Mapped[bytes]
    source: Mapped[str]
    staff_id: Mapped[int | None]
    caller: Mapped[str | None]
    order_id: Mapped[int | None]
    request: Mapped[bytes | None]
    params: Mapped[dict[str, Any] | None]
