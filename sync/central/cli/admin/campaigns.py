"""`edit-campaign` and `try-campaign`."""

import argparse
import json
from typing import Any

import msgspec

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.services import audit, campaigns
from sync.central.services.campaigning import trying
from sync.central.services.campaigning.trying import TryRequest
from sync.central.services.exposure import campaign_exposures
from sync.central.services.networks import require_network
from sync.rules.user_error import UserError


async def edit_campaign(office: Office, options: argparse.Namespace) -> None:
    """Change fields of a campaign and print what may stand beyond its limits now."""
    await require_network(office.database, options.network)
    changes = dict(options.changes)
    async with office.database.network_transaction(options.network) as connection:
        edited = await campaigns.edit_campaign(connection, options.network, options.campaign, changes)
        await audit.record(
            connection,
            options.network,
            actor=ACTOR,
            action="campaign.edit",
            subject=f"campaign:{edited.id}",
            detail=changes,
        )
        found = await campaign_exposures(connection, options.network, edited.id)
    for each in found:
        say({**each._asdict(), "status": edited.status.value, "budget_minor": edited.budget_minor})


async def try_campaign(office: Office, options: argparse.Namespace) -> None:
    """Print what the rules say of a draft and a sample bill, and the worst case of saving it."""
    await require_network(office.database, options.network)
    given: dict[str, Any] = {
        "campaign": dict(options.changes),
        "campaign_id": options.campaign,
        "basket": None if options.amount is None else [{"amount": amount} for amount in options.amount],
        "at": options.at,
        "restaurant_id": options.restaurant,
        "code": options.code,
    }
    if options.guest is not None:
        given["guest"] = {"id": options.guest}
    elif options.tier is not None:
        given["guest"] = {"tier": options.tier}
    try:
        request = msgspec.convert(given, TryRequest, strict=False)
    except msgspec.ValidationError as error:
        raise UserError("try_unfit", f"This cannot be tried: {error}.", "Check the options.") from error
    async with office.database.network_transaction(options.network) as connection:
        tried = await trying.try_campaign(connection, options.network, request)
    say(msgspec.to_builtins(tried))


def change(text: str) -> tuple[str, Any]:
    """Read one field and its value: JSON where it is some, else the text itself."""
    field, told, value = text.partition("=")
    if not told or not field.strip():
        raise argparse.ArgumentTypeError("write it as field=value")
    try:
        return field.strip(), json.loads(value)
    except ValueError:
        return field.strip(), value
