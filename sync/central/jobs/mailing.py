"""Letters go out as long as the office runs, where a mail server is set up."""

import asyncio
import logging

import asyncpg

from sync.central.database import Database
from sync.central.mail.post import Post
from sync.central.secrets import Secrets
from sync.central.services.mail.sending import send_due

EVERY_S = 1.0
"""How often it is looked whether a batch has its turn."""

_log = logging.getLogger(__name__)


async def send_letters(database: Database, secrets: Secrets, post: Post) -> None:
    """Send what is due until cancelled. Several processes doing it share the work."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            for network in await database.network_ids():
                await send_due(database, secrets, post, network)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("sending letters stopped early (%s); it goes on", type(error).__name__)
