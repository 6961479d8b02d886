"""`edit-campaign`."""

import argparse
import json
from typing import Any

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.services import audit, campaigns
from sync.central.services.exposure import campaign_exposures
from sync.central.services.networks import require_network


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


def change(text: str) -> tuple[str, Any]:
    """Read one field and its value: JSON where it is some, else the text itself."""
    field, told, value = text.partition("=")
    if not told or not field.strip():
        raise argparse.ArgumentTypeError("write it as field=value")
    try:
        return field.strip(), json.loads(value)
    except ValueError:
        return field.strip(), value
