"""Scans of vouchers, and what is added up of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Tenant

_EMPTY = text("'{}'")


class ScanRecord(Tenant, Model):
    """One scan of a voucher, by a guest, staff or nobody known; partitioned by month.

    ``personal`` says that it still holds what may tell who it was; that is taken out after a while.
    """

    __tablename__ = "scans"
    __table_args__ = (
        Index(None, "network_id", "code_id", "at"),
        Index(None, "network_id", "guest_id", "code_id"),
        Index("ix_scans_personal", "network_id", "at", postgresql_where=text("personal")),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_id: Mapped[int]
    guest_id: Mapped[int | None]
    staff_id: Mapped[int | None]
    type: Mapped[str]
    source: Mapped[str]
    device: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)
    location: Mapped[dict[str, Any] | None]
    address: Mapped[str | None]
    agent: Mapped[str | None]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=_EMPTY)
    personal: Mapped[bool]


class ScansWaiting(Tenant, Model):
    """What is not added up yet; of ``type`` IMPRESSION are the times that a voucher was shown."""

    __tablename__ = "scans_waiting"
    __table_args__ = (Index(None, "network_id", "code_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code_id: Mapped[int]
    day: Mapped[date] = mapped_column(Date())
    type: Mapped[str]
    source: Mapped[str]
    guest_id: Mapped[int | None]
    place: Mapped[str]
    count: Mapped[int]


class VoucherDay(Tenant, Model):
    """Scans (and impressions) of a voucher on one day of the network's calendar."""

    __tablename__ = "voucher_days"

    code_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class VoucherPlace(Tenant, Model):
    """Where a voucher was scanned, as coarsely as is kept for good."""

    __tablename__ = "voucher_places"

    code_id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class VoucherGuest(Tenant, Model):
    """A guest who has scanned a voucher."""

    __tablename__ = "voucher_guests"

    code_id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int] = mapped_column(primary_key=True)


class DayGuest(Tenant, Model):
    """A guest who has scanned some voucher on a day."""

    __tablename__ = "day_guests"

    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    guest_id: Mapped[int] = mapped_column(primary_key=True)
