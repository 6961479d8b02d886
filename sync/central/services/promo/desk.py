"""What the office makes and changes of its promo codes. Every change is in the audit log, in its own transaction."""

from datetime import datetime
from decimal import Decimal

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.secrets import Secrets
from sync.central.services.campaigns import campaign_with_id, create_campaign, edit_campaign
from sync.central.services.editing.edit_code import (
    CodeChange,
    edit_code,
    fit_expiry,
    fit_max_uses,
)
from sync.central.services.editing.one_code import (
    delete_one,
    draw_one,
    fit_description,
    fit_status,
    make_one,
    note_code,
)
from sync.central.services.editing.versions import changed_meanwhile
from sync.central.services.login import Person
from sync.central.services.names import fit_name
from sync.central.services.new_codes import NewCode
from sync.central.services.promo.hours import UTC, HoursAsked, KeptHours, keep_idle, read_hours
from sync.central.services.promo.terms import BonusType, Terms, rules_of
from sync.central.services.promo.views import PromoView, read_promo
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.campaign import Campaign
from sync.rules.code import CodeStatus, Kind

MAX_DESCRIPTION_CHARS = 2_000
UNNAMED = "Promo code"
"""The campaign's name where a code has none: tills must not read the code's text there."""
_LOCK_CLASS = 0x43_53_50


class NewPromo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promo code to be made, with a campaign of its own; a text that is left out is drawn."""

    code: str | None = None
    name: str = ""
    description: str = ""
    status: CodeStatus = CodeStatus.ACTIVE
    max_uses: int | None = None
    expires_at: datetime | None = None
    active_hours: HoursAsked = HoursAsked()
    auto_deactivate_on_max_uses: bool = True
    bonus_type: BonusType = BonusType.NONE
    bonus_amount: Decimal = Decimal(0)
    min_basket: Decimal = Decimal(0)
    applicable_offers: list[str] = []


class PromoChange(Terms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. A ``version`` that is not the code's any more is refused."""

    code: str | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    status: CodeStatus | msgspec.UnsetType = msgspec.UNSET
    max_uses: int | msgspec.UnsetType | None = msgspec.UNSET
    expires_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def make_promo(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, new: NewPromo
) -> PromoView:
    """Make a promo code and its campaign; raises :class:`Refusal` and :class:`UserError` for what does not fit."""
    network, now_ms = person.network, clock_of(connection).now_ms()
    fit_status(new.status)
    name = fit_name(new.name) if new.name else ""
    currency: str = await connection.fetchval("SELECT currency FROM networks WHERE id = $1", network)
    empty = Campaign(id=0, kind=Kind.PROMO, name=name or UNNAMED, currency=currency)
    terms = Terms(
        active_hours=new.active_hours,
        auto_deactivate_on_max_uses=new.auto_deactivate_on_max_uses,
        bonus_type=new.bonus_type,
        bonus_amount=new.bonus_amount,
        min_basket=new.min_basket,
        applicable_offers=new.applicable_offers,
    )
    hours = KeptHours(enabled=False, windows=(), zone=UTC).changed(new.active_hours)
    rules = {**msgspec.to_builtins(empty), **rules_of(terms, empty, hours)}
    campaign = await create_campaign(connection, network, msgspec.convert(rules, Campaign))
    await keep_idle(connection, network, campaign.id, hours)
    code = NewCode(
        campaign_id=campaign.id,
        kind=Kind.PROMO,
        code=new.code if new.code is not None else draw_one(connection, Kind.PROMO),
        name=name,
        description=fit_description(new.description, MAX_DESCRIPTION_CHARS),
        max_uses=None if new.max_uses is None else fit_max_uses(new.max_uses),
        expires_at=None if new.expires_at is None else fit_expiry(new.expires_at, now_ms),
        created_by=person.staff,
    )
    made = await make_one(connection, secrets, network, code, active=new.status is CodeStatus.ACTIVE)
    await note_code(connection, person, "promo.create", made, new)
    return await read_promo(connection, network, made)


async def change_promo(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int, change: PromoChange
) -> PromoView:
    """Change a promo code and its terms; raises :class:`Refusal` and :class:`UserError` for what does not fit."""
    network = person.network
    now = await _take(connection, network, code_id)
    if change.version not in (msgspec.UNSET, now.version):
        raise changed_meanwhile("code", now.version, _differences(now, change))
    campaign = await campaign_with_id(connection, network, now.campaign_id)
    hours = await read_hours(connection, network, campaign)
    if isinstance(change.active_hours, HoursAsked):
        hours = hours.changed(change.active_hours)
    rules = rules_of(change, campaign, hours)
    if rules:
        await _require_own_campaign(connection, network, now)
        await edit_campaign(connection, network, campaign.id, rules)
        await keep_idle(connection, network, campaign.id, hours)
    if change.status is not msgspec.UNSET:
        fit_status(change.status)
    fields = {name: getattr(change, name) for name in ("code", "max_uses", "expires_at", "status")}
    if change.name is not msgspec.UNSET:
        fields["name"] = fit_name(change.name) if change.name else ""
    if change.description is not msgspec.UNSET:
        fields["description"] = fit_description(change.description, MAX_DESCRIPTION_CHARS)
    await edit_code(connection, secrets, network, code_id, CodeChange(**fields), kind=Kind.PROMO)
    await note_code(connection, person, "promo.change", code_id, change)
    return await read_promo(connection, network, code_id)


async def delete_promo(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int
) -> None:
    """Take a promo code out of the lists and out of use; what it gave stays on record."""
    await _take(connection, person.network, code_id)
    await delete_one(connection, secrets, person, code_id, kind=Kind.PROMO, action="promo.delete")


async def _take(connection: asyncpg.Connection, network_id: int, code_id: int) -> PromoView:
    """Return a promo code as it is while nobody else changes it by this interface."""
    # No row is locked yet: limits come before codes (see edit_code), and campaigns have an order of their own.
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1, ($2::numeric % 2147483647)::int)", _LOCK_CLASS, code_id
    )
    return await read_promo(connection, network_id, code_id)


async def _require_own_campaign(connection: asyncpg.Connection, network_id: int, code: PromoView) -> None:
    others: int = await connection.fetchval(
        """SELECT count(*) FROM codes
        WHERE network_id = $1 AND campaign_id = $2 AND id <> $3 AND status <> 'archived'""",
        network_id,
        code.campaign_id,
        code.id,
    )
    if others:
        raise Refusal(
            ProblemType.CONFLICT,
            f"{others} other codes share these terms.",
            f"Change the campaign {code.campaign_id} instead: the change holds for all of its codes.",
        )


_TOLD = (
    "code",
    "name",
    "description",
    "status",
    "max_uses",
    "expires_at",
    "active_hours",
    "auto_deactivate_on_max_uses",
    "bonus_type",
    "bonus_amount",
    "min_basket",
    "applicable_offers",
)


def _differences(now: PromoView, change: PromoChange) -> dict[str, object]:
    """Return what stands there now of the fields that a change would change."""
    return {name: getattr(now, name) for name in _TOLD if _differs(getattr(change, name), getattr(now, name))}


def _differs(asked: object, now: object) -> bool:
    if isinstance(asked, HoursAsked):
        return any(_differs(getattr(asked, name), getattr(now, name)) for name in asked.__struct_fields__)
    return asked not in (msgspec.UNSET, now)
