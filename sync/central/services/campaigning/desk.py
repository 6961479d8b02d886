"""What the office sees, makes and changes of its campaigns. Every change is in the audit log, in its own transaction."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from sync.central.services.audit import record_by
from sync.central.services.campaigns import changed, create_campaign, edit_campaign
from sync.central.services.editing.versions import changed_meanwhile
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.central.services.login import Person
from sync.central.services.one_row import one_row
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.campaign import Campaign, CampaignStatus
from sync.rules.code import Kind
from sync.rules.user_error import UserError

_COLUMNS = f"{CAMPAIGN_COLUMNS}, created_at, updated_at"
_GIVEN_BY_US = frozenset({"id", "used_up_on", "rules_version"})


class CampaignView(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign; ``rules`` is all of it as the rules know it, and its fields are what a change names.

    Amounts in ``rules`` are minor units of its currency. ``version`` comes back with a change.
    """

    id: int
    kind: Kind
    name: str
    status: CampaignStatus
    rules: Campaign
    version: int
    created_at: datetime
    updated_at: datetime


class CampaignFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which campaigns a list shows; what is None does not matter. Archived ones are shown only by their status."""

    kind: Kind | None = None
    status: CampaignStatus | None = None


async def list_campaigns(
    connection: asyncpg.Connection, network_id: int, wanted: CampaignFilter, *, limit: int, offset: int
) -> tuple[list[CampaignView], int]:
    """Return some campaigns, the newest first, and the number of all."""
    kind = None if wanted.kind is None else wanted.kind.value
    status = None if wanted.status is None else wanted.status.value
    where = """network_id = $1 AND ($2::text IS NULL OR kind = $2)
        AND (status = $3 OR ($3::text IS NULL AND status <> 'archived'))"""
    rows, total = await paged_rows(
        connection,
        _COLUMNS,
        f"FROM campaigns WHERE {where}",
        network_id,
        kind,
        status,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return [_view(row) for row in rows], total


async def show_campaign(connection: asyncpg.Connection, network_id: int, campaign_id: int) -> CampaignView:
    """Return one campaign, archived or not; raises :class:`Refusal` ``not-found``."""
    return _view(await _row(connection, network_id, campaign_id))


async def make_campaign(
    connection: asyncpg.Connection, person: Person, given: Mapping[str, Any]
) -> CampaignView:
    """Make a campaign of fields of its rules; what is left out is as usual, zone and currency the network's.

    Raises :class:`UserError` ``campaign_field``, ``name_unfit`` or ``campaign_contradicts``.
    """
    campaign = await draft_of(connection, person.network, None, given)
    made = await create_campaign(connection, person.network, campaign)
    await _note(connection, person, "campaign.create", made.id, given)
    return await show_campaign(connection, person.network, made.id)


async def draft_of(
    connection: asyncpg.Connection, network_id: int, campaign_id: int | None, given: Mapping[str, Any]
) -> Campaign:
    """Return a campaign as it would be saved: a new one of these fields, or one that stands with these changes.

    Raises :class:`Refusal` ``not-found`` and :class:`UserError` ``campaign_field``.
    """
    if campaign_id is not None:
        return changed(read_campaign(await _row(connection, network_id, campaign_id)), given)
    _require_known(given)
    network = await connection.fetchrow("SELECT zone, currency FROM networks WHERE id = $1", network_id)
    try:
        return msgspec.convert(
            {"zone": network["zone"], "currency": network["currency"], **given, "id": 0}, Campaign
        )
    except msgspec.ValidationError as error:
        raise UserError(
            "campaign_field",
            f"The value does not fit: {error}.",
            "Write it as the campaign's rules have it; kind and name are needed.",
        ) from error


async def change_campaign(
    connection: asyncpg.Connection, person: Person, campaign_id: int, given: Mapping[str, Any]
) -> CampaignView:
    """Change fields of a campaign's rules; a ``version`` beside them must be the one that stands.

    Raises :class:`Refusal` ``not-found`` and ``conflict``, and :class:`UserError` as
    :func:`~sync.central.services.campaigns.edit_campaign` does.
    """
    now = await _row(connection, person.network, campaign_id, lock=True)
    changes = {name: value for name, value in given.items() if name != "version"}
    if "version" in given and given["version"] != now["version"]:
        standing = msgspec.to_builtins(read_campaign(now))
        meanwhile = {
            name: standing[name]
            for name, value in changes.items()
            if name in standing and standing[name] != value
        }
        raise changed_meanwhile("campaign", now["version"], meanwhile)
    await edit_campaign(connection, person.network, campaign_id, changes)
    await _note(connection, person, "campaign.change", campaign_id, changes)
    return await show_campaign(connection, person.network, campaign_id)


async def archive_campaign(connection: asyncpg.Connection, person: Person, campaign_id: int) -> None:
    """Take a campaign out of use with all its codes; what they gave stays on record."""
    await _row(connection, person.network, campaign_id, lock=True)
    archived = {"status": CampaignStatus.ARCHIVED.value}
    await edit_campaign(connection, person.network, campaign_id, archived)
    await _note(connection, person, "campaign.archive", campaign_id, {})


async def _row(
    connection: asyncpg.Connection, network_id: int, campaign_id: int, *, lock: bool = False
) -> asyncpg.Record:
    return await one_row(
        connection,
        f"""SELECT {_COLUMNS} FROM campaigns WHERE network_id = $1 AND id = $2
        {"FOR NO KEY UPDATE" if lock else ""}""",  # noqa: S608 - columns are ours
        network_id,
        campaign_id,
        missing=Refusal(ProblemType.NOT_FOUND, f"There is no campaign {campaign_id}.", "Check the number."),
    )


def _view(row: asyncpg.Record) -> CampaignView:
    campaign = read_campaign(row)
    return CampaignView(
        id=campaign.id,
        kind=campaign.kind,
        name=campaign.name,
        status=campaign.status,
        rules=campaign,
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _require_known(given: Mapping[str, Any]) -> None:
    unknown = sorted((set(given) - {field.name for field in fields(Campaign)}) | (set(given) & _GIVEN_BY_US))
    if unknown:
        raise UserError(
            "campaign_field",
            f"A campaign is not made with a field named {', '.join(unknown)[:200]}.",
            "Name fields of the rules, such as kind, name, benefit, budget_minor or policy.",
        )


async def _note(
    connection: asyncpg.Connection, person: Person, action: str, campaign_id: int, what: Mapping[str, Any]
) -> None:
    await record_by(connection, person, action, f"campaign:{campaign_id}", dict(what))
