"""`create-network`, `referral` and `create-restaurant`."""

import argparse

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.admin.stdin import secret_from_stdin
from sync.central.cli.output import say
from sync.central.services import audit, networks, restaurants


async def create_network(office: Office, options: argparse.Namespace) -> None:
    """Make a network and print ``{"network_id", "owner_id"}``."""
    made = await networks.create_network(
        office.database,
        office.secrets,
        name=options.name,
        owner_email=options.owner_email,
        password=secret_from_stdin("password"),
        currency=options.currency,
        zone=options.timezone,
        by=networks.MadeBy(ACTOR),
    )
    say({"network_id": made.network_id, "owner_id": made.owner_id})


async def referral(office: Office, options: argparse.Namespace) -> None:
    """Switch a network's referral codes and print ``{"enabled", "required"}``."""
    switches = {"enabled": options.enabled == "yes", "required": options.required == "yes"}
    await networks.require_network(office.database, options.network)
    async with office.database.network_transaction(options.network) as connection:
        await networks.switch_referral(connection, options.network, **switches)
        await audit.record(
            connection,
            options.network,
            actor=ACTOR,
            action="network.referral",
            subject=f"network:{options.network}",
            detail=switches,
        )
    say(switches)


async def create_restaurant(office: Office, options: argparse.Namespace) -> None:
    """Make a restaurant and print ``{"restaurant_id"}``."""
    await networks.require_network(office.database, options.network)
    async with office.database.network_transaction(options.network) as connection:
        restaurant_id = await restaurants.create_restaurant(
            connection, options.network, name=options.name, zone=options.timezone
        )
        await audit.record(
            connection,
            options.network,
            actor=ACTOR,
            action="restaurant.create",
            subject=f"restaurant:{restaurant_id}",
        )
    say({"restaurant_id": restaurant_id})
