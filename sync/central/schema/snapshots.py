"""Snapshots for tills that start, or that were away for too long (DESIGN 6)."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Now, Small, Tenant


class Snapshot(Tenant, Model):
    """``manifest`` is the signed manifest's canonical bytes; cursor and rows come from one read."""

    __tablename__ = "snapshots"
    __table_args__ = (ForeignKeyConstraint(["network_id"], ["networks.id"]),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    epoch: Mapped[UUID]
    number: Mapped[int]
    rows: Mapped[int]
    manifest: Mapped[bytes]
    signature: Mapped[bytes]
    created_at: Mapped[Now]


class SnapshotChunk(Tenant, Model):
    """One chunk as it is sent: zstd of MessagePack (:class:`~sync.protocol.feed.ChunkKind`)."""

    __tablename__ = "snapshot_chunks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["network_id", "snapshot_id"], ["snapshots.network_id", "snapshots.id"], ondelete="CASCADE"
        ),
    )

    snapshot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chunk: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[bytes]
    body: Mapped[bytes]
    rows: Mapped[int]


class SnapshotMaking(Tenant, Model):
    """How far the snapshot is that is being made: codes packed, and codes in all."""

    __tablename__ = "snapshot_making"
    __table_args__ = (ForeignKeyConstraint(["network_id"], ["networks.id"]),)

    done: Mapped[int]
    whole: Mapped[int]
