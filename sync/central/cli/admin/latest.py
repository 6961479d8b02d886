"""`latest-link`."""

import argparse

from sync.central.cli.admin.office import Office
from sync.central.cli.output import say
from sync.central.services.networks import require_network
from sync.central.services.tokens import Tokens

LINK_LIFETIME_S = 12 * 3600
"""A link is for looking on during one shift; whoever needs another asks for it."""


async def latest_link(office: Office, options: argparse.Namespace) -> None:
    """Print ``{"url", "expires_in"}``: a page with the newest sales and redemptions of a network."""
    await require_network(office.database, options.network)
    tokens = Tokens(office.secrets.jwt_key, office.secrets.link_key)
    key = tokens.for_link(network=options.network, lifetime_s=LINK_LIFETIME_S)
    say({"url": f"{office.url}/latest?key={key}", "expires_in": LINK_LIFETIME_S})
