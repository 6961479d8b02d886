"""Watching over what lasts: was the database put back, is the newest mark in a backup, can waiting events go on."""

import asyncio
import logging

import asyncpg

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.backups import follow_archive
from sync.central.services.epochs import notice_restore
from sync.central.services.journal.retrying import retry_all

EVERY_S = 20.0
"""How long a mark may lie archived before tills hear of it, and a switched-over database go unnoticed."""
RETRY_EVERY = 15
"""Quarantined events are tried again in one round of this many."""

_log = logging.getLogger(__name__)


async def watch(database: Database, secrets: Secrets) -> None:
    """Look again and again until cancelled. Several processes doing it do no harm."""
    rounds = 0
    while True:
        await asyncio.sleep(EVERY_S)
        rounds += 1
        try:
            await look(database, secrets, retry=rounds % RETRY_EVERY == 0)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("watching stopped early (%s); it comes again", type(error).__name__)


async def look(database: Database, secrets: Secrets, *, retry: bool) -> None:
    """Look once."""
    if await notice_restore(database):
        _log.warning("the database is not the one of before: a new epoch has begun")
    await follow_archive(database)
    if retry:
        for network_id in await database.network_ids():
            await retry_all(database, secrets, network_id)
