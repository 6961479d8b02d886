"""`export-journal`."""

import argparse

from sync.central.cli.admin.office import Office
from sync.central.cli.output import say
from sync.central.schema.words import Noun
from sync.central.services.directory import require_network_of
from sync.central.services.journal_export import exported_events


async def export_journal(office: Office, options: argparse.Namespace) -> None:
    """Print the till's events as stored, one JSON object a line, in the order of its journal."""
    network_id = await require_network_of(office.database, Noun.TILL, options.till)
    async for event in exported_events(office.database, network_id, options.till):
        say(event)
