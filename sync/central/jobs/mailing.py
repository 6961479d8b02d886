"""Letters go out as long as the office runs, where a mail server is set up."""

from sync.central.database import Database
from sync.central.jobs.rounds import keep_going_round
from sync.central.mail.post import Post
from sync.central.secrets import Secrets
from sync.central.services.mail.sending import send_due

EVERY_S = 1.0
"""How often it is looked whether a batch has its turn."""


async def send_letters(database: Database, secrets: Secrets, post: Post) -> None:
    """Send what is due until cancelled. Several processes doing it share the work."""

    async def go_round() -> None:
        for network in await database.network_ids():
            await send_due(database, secrets, post, network)

    await keep_going_round(go_round, EVERY_S, "sending letters stopped early (%s); it goes on")
