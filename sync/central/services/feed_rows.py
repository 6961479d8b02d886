"""Rows of PostgreSQL in the form in which tills get them, by feed and by snapshot alike.

The column lists stand here too, so that whoever publishes a row and whoever snapshots it read the same.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

import asyncpg
import msgspec

from sync.central.schema.words import KeyPurpose
from sync.central.seals import FieldSeal
from sync.central.services.guest_seal import seal_of
from sync.central.services.live_keys import live_keys
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import (
    CampaignRow,
    CardRow,
    CodeRow,
    GuestRow,
    LetterheadRow,
    Product,
    SettingsRow,
    StaffRow,
    TierRow,
    TillSeen,
)
from sync.rules.campaign import Campaign, CampaignStatus
from sync.rules.code import Code, CodeStatus, Kind
from sync.rules.money import exponent_of
from sync.rules.normalise import fold
from sync.rules.points_rules import PointsRules
from sync.rules.rewards import Reward
from sync.rules.sale import Guest

CODE_COLUMNS = """id, campaign_id, kind, code, name, status, max_uses, uses, expires_at, group_id,
    holder_guest_id, beneficiary_id, home_restaurant_id, first_used_at, first_used_where,
    auto_deactivated_at, version, text_version"""
CAMPAIGN_COLUMNS = "id, kind, name, status, rules, version, used_up_on"
CARD_COLUMNS = "id, guest_id, digest, digits, active, version, issued_at, expires_at"
GUEST_COLUMNS = """id, name_cipher, phone_last4, phone_digest, tier, points, purchases, blocked, version,
    merged_into, wallet, data_key, erased_at"""
STAFF_COLUMNS = "id, name, role, pin_hash, badge_digest, active, version"
GUEST_NAME_FIELD = "guests.name"
_MS = 1000
_LOGO_NAME_CHARS = 16


def to_ms(instant: datetime | None) -> int | None:
    """Return an instant as milliseconds since the Unix epoch."""
    return None if instant is None else round(instant.timestamp() * _MS)


def code_digests(digest_key: bytes, folded: str) -> tuple[bytes, ...]:
    """Return what a till looks a code up by: the digest of its folded text.

    Every spelling of a code folds to that text, and no two codes of a network share it: a digest of the
    exact text beside it would find nothing more, and would double what a million codes cost.
    """
    return (keyed_digest(digest_key, Subject.CODE, folded),)


def read_code(record: asyncpg.Record, *, counted: bool = True) -> Code:
    """Make the code of the rules (``CODE_COLUMNS``), without its count of uses where that is not to be ``counted``."""
    return Code(
        id=record["id"],
        campaign_id=record["campaign_id"],
        kind=Kind(record["kind"]),
        name=record["name"],
        status=CodeStatus(record["status"]),
        max_uses=record["max_uses"],
        uses=record["uses"] if counted else 0,
        expires_at_ms=to_ms(record["expires_at"]),
        group_id=record["group_id"],
        holder_guest_id=record["holder_guest_id"],
        beneficiary_id=record["beneficiary_id"],
        home_restaurant_id=record["home_restaurant_id"],
        first_used_at_ms=to_ms(record["first_used_at"]),
        first_used_where=record["first_used_where"],
        auto_deactivated_at_ms=to_ms(record["auto_deactivated_at"]),
    )


def code_row(record: asyncpg.Record, digest_key: bytes) -> CodeRow:
    """Make the row of a code (``CODE_COLUMNS``); its text does not leave the office."""
    return CodeRow(
        code=read_code(record),
        digests=code_digests(digest_key, fold(record["code"])),
        text_version=record["text_version"],
    )


def read_campaign(record: asyncpg.Record) -> Campaign:
    """Make the campaign of the rules (``CAMPAIGN_COLUMNS``); the columns win over what the JSON repeats."""
    rules = {**record["rules"], "id": record["id"], "kind": record["kind"], "name": record["name"]}
    campaign = msgspec.convert(rules, Campaign)
    day = record["used_up_on"]
    return replace(
        campaign,
        status=CampaignStatus(record["status"]),
        used_up_on=None if day is None else day.isoformat(),
    )


def campaign_row(record: asyncpg.Record) -> CampaignRow:
    """Make the row of a campaign."""
    return CampaignRow(campaign=read_campaign(record))


def card_row(record: asyncpg.Record) -> CardRow:
    """Make the row of a card (``CARD_COLUMNS``)."""
    return CardRow(
        id=record["id"],
        guest_id=record["guest_id"],
        digest=record["digest"],
        digits=record["digits"],
        active=record["active"],
        issued_at_ms=to_ms(record["issued_at"]),
        expires_at_ms=to_ms(record["expires_at"]),
    )


def guest_row(record: asyncpg.Record, fields: FieldSeal, *, as_of_ms: int) -> GuestRow | None:
    """Make the row of a guest (``GUEST_COLUMNS``); the balance is the one of this very moment.

    None for an erased guest, of whom tills have a tombstone.
    """
    if record["erased_at"] is not None:
        return None
    merged_into = record["merged_into"]
    guest = Guest(
        id=record["id"] if merged_into is None else merged_into,
        tier=record["tier"],
        points=record["points"],
        as_of_ms=as_of_ms,
        purchases=record["purchases"],
        blocked=record["blocked"],
    )
    return GuestRow(
        guest=guest,
        name=seal_of(record, fields).open(GUEST_NAME_FIELD, record["name_cipher"]),
        phone_last4=record["phone_last4"],
        phone_digest=record["phone_digest"],
        merged_into=merged_into,
        wallet=tuple(record["wallet"]),
    )


def staff_row(record: asyncpg.Record) -> StaffRow:
    """Make the row of a person who works here (``STAFF_COLUMNS``)."""
    return StaffRow(
        id=record["id"],
        name=record["name"],
        role=record["role"],
        pin_hash=record["pin_hash"],
        badge_digest=record["badge_digest"],
        active=record["active"],
    )


async def settings_row(connection: asyncpg.Connection, network_id: int) -> SettingsRow:
    """Read the network's settings as they are in this transaction."""
    network = await connection.fetchrow(
        """SELECT name, currency, model, tiers, referral_enabled, referral_required, points_rules, tills_told
        FROM networks WHERE id = $1""",
        network_id,
    )
    restaurants = await connection.fetch(
        """SELECT id, name, letterhead, logo FROM restaurants WHERE network_id = $1 AND NOT archived
        ORDER BY id""",
        network_id,
    )
    products = await connection.fetch(
        """SELECT item, name, price_minor, category, tax_group FROM products
        WHERE network_id = $1 ORDER BY id""",
        network_id,
    )
    rewards = await connection.fetch(
        """SELECT id, name, points, item, active, tiers, starts_on, ends_on FROM rewards
        WHERE network_id = $1 ORDER BY id""",
        network_id,
    )
    keys = await live_keys(connection, network_id)
    return SettingsRow(
        network_name=network["name"],
        currency=network["currency"],
        currency_exponent=exponent_of(network["currency"]),
        model=network["model"],
        tiers=tuple(msgspec.convert(network["tiers"], list[TierRow])),
        restaurants={restaurant["id"]: restaurant["name"] for restaurant in restaurants},
        products=tuple(Product(**product) for product in products),
        referral_enabled=network["referral_enabled"],
        referral_required=network["referral_required"],
        voucher_keys=keys[KeyPurpose.VOUCHER],
        card_keys=keys[KeyPurpose.CARD],
        points=msgspec.convert(network["points_rules"], PointsRules),
        rewards=tuple(_reward(reward) for reward in rewards),
        letterheads={
            restaurant["id"]: _letterhead(restaurant)
            for restaurant in restaurants
            if restaurant["letterhead"] or restaurant["logo"]
        },
        # A chain's logo is one picture, however many restaurants have it.
        logos={logo_name(each["logo"]): each["logo"] for each in restaurants if each["logo"]},
        tills=read_tills_told(network["tills_told"]),
    )


def read_tills_told(told: bytes) -> dict[int, TillSeen]:
    """Read what tills were told of one another's keys."""
    return msgspec.msgpack.decode(told, type=dict[int, TillSeen]) if told else {}


def logo_name(logo: bytes) -> str:
    """Return the name under which a logo travels: a digest of it."""
    return hashlib.sha256(logo).hexdigest()[:_LOGO_NAME_CHARS]


def _letterhead(record: asyncpg.Record) -> LetterheadRow:
    row = msgspec.convert(record["letterhead"], LetterheadRow)
    return msgspec.structs.replace(row, logo=logo_name(record["logo"])) if record["logo"] else row


def _reward(record: asyncpg.Record) -> Reward:
    return Reward(
        id=record["id"],
        name=record["name"],
        points=record["points"],
        item=record["item"],
        active=record["active"],
        tiers=tuple(record["tiers"]),
        starts_on=None if record["starts_on"] is None else record["starts_on"].isoformat(),
        ends_on=None if record["ends_on"] is None else record["ends_on"].isoformat(),
    )
