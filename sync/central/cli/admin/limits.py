"""`exposure` and `credit-allowance`: what the office has accepted, and what it allows."""

import argparse

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.schema.words import Noun
from sync.central.services import audit
from sync.central.services.directory import require_network_of
from sync.central.services.exposure import campaign_exposures
from sync.central.services.networks import require_network
from sync.central.services.restaurants import set_credit_allowance


async def exposure(office: Office, options: argparse.Namespace) -> None:
    """Print one line for each campaign: what stands beyond its limits, and what may yet."""
    await require_network(office.database, options.network)
    async with office.database.network_transaction(options.network) as connection:
        found = await campaign_exposures(connection, options.network, options.campaign)
    for each in found:
        say(each._asdict())


async def credit_allowance(office: Office, options: argparse.Namespace) -> None:
    """Set what a restaurant may credit by hand and print ``{"restaurant_id", "credit_allowance"}``."""
    network_id = await require_network_of(office.database, Noun.RESTAURANT, options.restaurant)
    async with office.database.network_transaction(network_id) as connection:
        await set_credit_allowance(connection, network_id, options.restaurant, points=options.points)
        await audit.record(
            connection,
            network_id,
            actor=ACTOR,
            action="restaurant.credit_allowance",
            subject=f"restaurant:{options.restaurant}",
            detail={"points": options.points},
        )
    say({"restaurant_id": options.restaurant, "credit_allowance": options.points})
