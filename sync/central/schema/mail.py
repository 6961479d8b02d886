"""Letters with codes: who gets which, and the batches in which they go out."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant, one_of


class BatchStatus(StrEnum):
    """The life of a batch."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class LetterStatus(StrEnum):
    """What became of one letter.

    ``REFUSED``: the server will never take it for this address. ``FAILED``: it was tried as often as it may be.
    ``UNSURE``: it was handed over, and nobody heard whether it was taken; it is not sent twice.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNSURE = "unsure"
    CANCELLED = "cancelled"


class MailBatch(Tenant, Model):
    """``batch_size`` letters go out at once, then nothing for ``delay_s`` seconds, until ``next_at``."""

    __tablename__ = "mail_batches"
    __table_args__ = (
        ForeignKeyConstraint(["network_id"], ["networks.id"]),
        CheckConstraint(one_of("status", BatchStatus), name="status"),
        CheckConstraint("batch_size > 0 AND delay_s >= 0", name="pace"),
        Index(
            "ix_mail_batches_running", "network_id", "next_at", postgresql_where=text("status = 'running'")
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    status: Mapped[str] = mapped_column(server_default=text("'running'"))
    batch_size: Mapped[Small]
    delay_s: Mapped[Small]
    next_at: Mapped[Now]
    created_by: Mapped[int | None]
    created_at: Mapped[Now]


class CodeRecipient(Tenant, Model):
    """One address and one code, once for ever; the address is sealed, ``email_digest`` finds it."""

    __tablename__ = "code_recipients"
    __table_args__ = (
        UniqueConstraint("network_id", "code_id", "email_digest"),
        ForeignKeyConstraint(["network_id", "batch_id"], ["mail_batches.network_id", "mail_batches.id"]),
        ForeignKeyConstraint(["network_id", "code_id"], ["codes.network_id", "codes.id"]),
        CheckConstraint(one_of("status", LetterStatus), name="status"),
        Index(None, "network_id", "batch_id"),
        Index(
            "ix_code_recipients_waiting",
            "network_id",
            "batch_id",
            "next_at",
            postgresql_where=text("status IN ('waiting', 'sending')"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code_id: Mapped[int]
    batch_id: Mapped[int]
    email_cipher: Mapped[bytes]
    email_digest: Mapped[bytes]
    status: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    tries: Mapped[Small] = mapped_column(server_default=text("0"))
    next_at: Mapped[Now]
    problem: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
