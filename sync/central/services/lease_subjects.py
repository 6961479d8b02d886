"""What a lease is asked for: whether it exists, and whether units of it may be handed out now."""

from collections.abc import Awaitable, Callable

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.services.campaign_rows import find_campaign
from sync.central.services.grants import LeaseFor
from sync.central.services.limits import LimitKey, open_guest_limits, set_total
from sync.central.services.points import expire_of
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Campaign, CampaignStatus, Policy
from sync.rules.code import CodeStatus
from sync.rules.reasons import Reason

_CODE_SAYS = {
    CodeStatus.INACTIVE: Reason.INACTIVE,
    CodeStatus.EXPIRED: Reason.EXPIRED,
    CodeStatus.ARCHIVED: Reason.ARCHIVED,
}


class Subject(msgspec.Struct, frozen=True):
    """A limit of which units may be handed out now. ``campaign`` is None for points and credit."""

    key: LimitKey
    restaurant: int
    campaign: Campaign | None = None

    @property
    def sale_bound(self) -> bool:
        """Whether its units are only for the sale that asks for them, and never leased ahead."""
        return self.campaign is not None and self.campaign.policy is Policy.ONLINE_ONLY


async def find_subject(
    connection: asyncpg.Connection, till: LeaseFor, restaurant: int, key: LimitKey
) -> Subject | Reason:
    """Return the limit whose units a till asks for, or the reason why there are none to give.

    Limits that are made when they are first needed stand afterwards.
    """
    return await _FINDERS[key.kind](connection, till, Subject(key, restaurant))


async def open_credit(connection: asyncpg.Connection, network_id: int, restaurant: int) -> bool:
    """Open a restaurant's limit of credit by hand if it has none; False for a restaurant that is not there."""
    allowance = await connection.fetchval(
        """SELECT r.credit_allowance FROM restaurants r WHERE r.network_id = $1 AND r.id = $2
        AND NOT EXISTS (SELECT FROM limits l WHERE l.network_id = $1 AND l.kind = 'credit' AND l.subject = $2)""",
        network_id,
        restaurant,
    )
    if allowance is None:
        return False
    await set_total(connection, network_id, LimitKey(LimitKind.CREDIT, restaurant), allowance)
    return True


async def _uses(connection: asyncpg.Connection, till: LeaseFor, subject: Subject) -> Subject | Reason:
    campaign_id = await _campaign_of_code(connection, till.network, subject.key.subject)
    if isinstance(campaign_id, Reason):
        return campaign_id
    return await _of_campaign(connection, till, subject, campaign_id)


async def _guest_uses(connection: asyncpg.Connection, till: LeaseFor, subject: Subject) -> Subject | Reason:
    found = await _of_campaign(connection, till, subject, subject.key.subject)
    if isinstance(found, Reason) or found.campaign is None:
        return found
    if found.campaign.max_uses_per_guest is None:
        return Reason.NOT_LOADED
    await open_guest_limits(connection, till.network, {subject.key: found.campaign.max_uses_per_guest})
    known = await connection.fetchval(
        # Whoever turned out to be another guest has no uses of their own.
        "SELECT EXISTS (SELECT FROM guests WHERE network_id = $1 AND id = $2 AND merged_into IS NULL)",
        till.network,
        subject.key.guest,
    )
    return found if known else Reason.NEEDS_GUEST


async def _budget(connection: asyncpg.Connection, till: LeaseFor, subject: Subject) -> Subject | Reason:
    return await _of_campaign(connection, till, subject, subject.key.subject)


async def _points(connection: asyncpg.Connection, till: LeaseFor, subject: Subject) -> Subject | Reason:
    blocked = await connection.fetchval(
        "SELECT blocked FROM guests WHERE network_id = $1 AND id = $2 AND merged_into IS NULL",
        till.network,
        subject.key.subject,
    )
    if blocked is None or subject.key.guest:
        return Reason.NEEDS_GUEST
    await expire_of(connection, till.network, subject.key.subject)
    return Reason.GUEST_BLOCKED if blocked else subject


async def _credit(connection: asyncpg.Connection, till: LeaseFor, subject: Subject) -> Subject | Reason:
    if subject.key.subject != subject.restaurant or subject.key.guest:
        return Reason.WRONG_RESTAURANT
    await open_credit(connection, till.network, subject.restaurant)
    return subject


async def _risk(_connection: asyncpg.Connection, _till: LeaseFor, _subject: Subject) -> Subject | Reason:
    # A till that has the office at hand needs no risk. Contact is where it gets its allowance.
    return Reason.NEEDS_OFFICE


async def _of_campaign(
    connection: asyncpg.Connection, till: LeaseFor, subject: Subject, campaign_id: int
) -> Subject | Reason:
    """Read the campaign of a limit; only where it holds are units of it handed out."""
    campaign = await _read(connection, till.network, campaign_id)
    if isinstance(campaign, Reason):
        return campaign
    if campaign.restaurants and subject.restaurant not in campaign.restaurants:
        return Reason.WRONG_RESTAURANT
    if campaign.tills and till.till not in campaign.tills:
        return Reason.WRONG_TILL
    return Subject(subject.key, subject.restaurant, campaign)


_Finder = Callable[[asyncpg.Connection, LeaseFor, Subject], Awaitable[Subject | Reason]]
_FINDERS: dict[LimitKind, _Finder] = {
    LimitKind.USES: _uses,
    LimitKind.GUEST_USES: _guest_uses,
    LimitKind.POINTS: _points,
    LimitKind.BUDGET: _budget,
    LimitKind.CREDIT: _credit,
    LimitKind.RISK: _risk,
}


async def _campaign_of_code(connection: asyncpg.Connection, network_id: int, code_id: int) -> int | Reason:
    code = await connection.fetchrow(
        "SELECT campaign_id, status, expires_at, max_uses, uses FROM codes WHERE network_id = $1 AND id = $2",
        network_id,
        code_id,
    )
    if code is None:
        return Reason.UNKNOWN_CODE
    status = CodeStatus(code["status"])
    if status is CodeStatus.EXPIRED and code["max_uses"] is not None and code["uses"] >= code["max_uses"]:
        return Reason.USED_UP
    if status in _CODE_SAYS:
        return _CODE_SAYS[status]
    if code["expires_at"] is not None and code["expires_at"] <= moment(clock_of(connection)):
        return Reason.EXPIRED
    if code["max_uses"] is None:
        # The till asks for a unit of a code that has become unlimited: its own row is out of date.
        return Reason.NOT_LOADED
    campaign_id: int = code["campaign_id"]
    return campaign_id


async def _read(connection: asyncpg.Connection, network_id: int, campaign_id: int) -> Campaign | Reason:
    campaign = await find_campaign(connection, network_id, campaign_id)
    if campaign is None:
        return Reason.NOT_LOADED
    if campaign.status is CampaignStatus.ARCHIVED:
        return Reason.ARCHIVED
    return campaign if campaign.status is CampaignStatus.ACTIVE else Reason.CAMPAIGN_PAUSED
