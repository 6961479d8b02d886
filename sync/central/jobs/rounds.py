"""Going round again and again: what most jobs are, each with its own pause and its own round."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sync.central.jobs.line import GONE

_log = logging.getLogger(__name__)


async def keep_going_round(
    go_round: Callable[[], Awaitable[None]], every_s: float, stopped: str, *, at_once: bool = False
) -> None:
    """Go round every ``every_s`` seconds until cancelled, the first time after the first pause or ``at_once``.

    When the database cannot be reached the log says ``stopped`` (``%s`` in it is the error's name), and the next
    round comes at its time. Any other error is a bug and ends this.
    """
    if not at_once:
        await asyncio.sleep(every_s)
    while True:
        try:
            await go_round()
        except GONE as error:
            _log.warning(stopped, type(error).__name__)
        await asyncio.sleep(every_s)
