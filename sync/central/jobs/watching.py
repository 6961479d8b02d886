"""Watching over what lasts: was the database put back, is the newest mark in a backup, can waiting events go on."""

import logging
from itertools import count

from sync.central.database import Database
from sync.central.erased_list import ErasedList
from sync.central.jobs.rounds import keep_going_round
from sync.central.secrets import Secrets
from sync.central.services.backups import follow_archive
from sync.central.services.epochs import notice_restore
from sync.central.services.journal.retrying import retry_all
from sync.central.services.personal.repeating import list_erased, repeat_erasures

EVERY_S = 20.0
"""How long a mark may lie archived before tills hear of it, and a switched-over database go unnoticed."""
RETRY_EVERY = 15
"""Quarantined events are tried again in one round of this many."""

_log = logging.getLogger(__name__)


async def watch(database: Database, secrets: Secrets, erased: ErasedList | None = None) -> None:
    """Look again and again until cancelled. Several processes doing it do no harm."""
    rounds = count(1)
    await keep_going_round(
        lambda: look(database, secrets, erased, retry=next(rounds) % RETRY_EVERY == 0),
        EVERY_S,
        "watching stopped early (%s); it comes again",
    )


async def look(
    database: Database, secrets: Secrets, erased: ErasedList | None = None, *, retry: bool
) -> None:
    """Look once."""
    if await notice_restore(database):
        _log.warning("the database is not the one of before: a new epoch has begun")
    if erased is not None:
        # Whatever has begun a new epoch, also a till that knows more than this database.
        await repeat_erasures(database, secrets, erased)
    await follow_archive(database)
    if retry:
        for network_id in await database.network_ids():
            await retry_all(database, secrets, network_id)
            if erased is not None:
                await list_erased(database, secrets, erased, network_id)
