"""Every table of central, gathered in one place so that metadata is complete."""

from sqlalchemy import MetaData

from sync.central.schema.answered_requests import AnsweredRequest
from sync.central.schema.attempts import AttemptRecord
from sync.central.schema.audit import AuditEntry
from sync.central.schema.campaigns import CampaignRecord
from sync.central.schema.cards import Card
from sync.central.schema.cases import Case
from sync.central.schema.code_batches import CodeBatch
from sync.central.schema.codes import CodeRecord
from sync.central.schema.day_uses import DayUses
from sync.central.schema.directory import DirectoryEntry, Login
from sync.central.schema.enrolments import Enrolment
from sync.central.schema.events import EventRecord
from sync.central.schema.field_keys import FieldKey
from sync.central.schema.guest_books import GuestTransaction, TierChange
from sync.central.schema.guest_keys import GuestKey
from sync.central.schema.guests import GuestRecord
from sync.central.schema.incarnations import Incarnation
from sync.central.schema.installation import Installation
from sync.central.schema.journal_gaps import JournalGap
from sync.central.schema.leases import Lease
from sync.central.schema.limits import Limit
from sync.central.schema.mail import CodeRecipient, MailBatch
from sync.central.schema.model import Model
from sync.central.schema.network_keys import NetworkKey
from sync.central.schema.networks import Network
from sync.central.schema.offer_applications import OfferApplication
from sync.central.schema.outbox import OutboxRow
from sync.central.schema.personal import ErasedPhone, FieldKeyRotation
from sync.central.schema.points import PointsEntry, PointsLot, PointsTransaction
from sync.central.schema.products import ProductRecord
from sync.central.schema.rate_windows import RateWindow
from sync.central.schema.redemptions import RedemptionRecord
from sync.central.schema.refunds import RefundRecord, RefundTotal, RestoreRecord
from sync.central.schema.relistings import Relisting
from sync.central.schema.restaurants import Restaurant
from sync.central.schema.rewards import RewardRecord
from sync.central.schema.sales import SaleRecord
from sync.central.schema.scans import (
    DayGuest,
    ScanRecord,
    ScansWaiting,
    VoucherDay,
    VoucherGuest,
    VoucherPlace,
)
from sync.central.schema.sessions import ApiKey, PhoneVerification, SessionRecord
from sync.central.schema.shifts import OverrideRecord, ShiftRecord
from sync.central.schema.snapshots import Snapshot, SnapshotChunk, SnapshotMaking
from sync.central.schema.staff import Staff
from sync.central.schema.tills import Till
from sync.central.schema.wallets import AttemptNote, ClaimUsed, WalletClaim

TENANT_TABLES: tuple[type[Model], ...] = (
    Restaurant,
    Till,
    Enrolment,
    Staff,
    CampaignRecord,
    GuestRecord,
    Card,
    CodeRecord,
    ProductRecord,
    Limit,
    Lease,
    Incarnation,
    JournalGap,
    EventRecord,
    RedemptionRecord,
    AttemptRecord,
    SaleRecord,
    RefundRecord,
    RefundTotal,
    RestoreRecord,
    PointsLot,
    PointsTransaction,
    PointsEntry,
    Case,
    OutboxRow,
    Snapshot,
    SnapshotChunk,
    SnapshotMaking,
    AuditEntry,
    Relisting,
    NetworkKey,
    DayUses,
    ShiftRecord,
    OverrideRecord,
    GuestKey,
    RewardRecord,
    SessionRecord,
    ApiKey,
    PhoneVerification,
    GuestTransaction,
    OfferApplication,
    TierChange,
    AnsweredRequest,
    ScanRecord,
    ScansWaiting,
    VoucherDay,
    VoucherPlace,
    VoucherGuest,
    DayGuest,
    WalletClaim,
    ClaimUsed,
    AttemptNote,
    MailBatch,
    CodeRecipient,
    CodeBatch,
    FieldKey,
    FieldKeyRotation,
    ErasedPhone,
)
"""Tables whose rows belong to one network each; row-level security keeps the networks apart."""

OTHER_TABLES: tuple[type[Model], ...] = (Network, DirectoryEntry, Login, Installation, RateWindow)
"""The network itself, what is read before a network is known, the installation, and how fast it is asked."""


def complete_metadata() -> MetaData:
    """Return the metadata with every table in it."""
    return Model.metadata
