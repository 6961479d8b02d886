"""Keeping a job alive: a bug in one is logged each time it strikes, and never silently ends the job."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

RESTART_S = 10.0

_log = logging.getLogger(__name__)


async def keep_running(name: str, job: Callable[[], Awaitable[None]]) -> None:
    """Run a job until cancelled; begin it anew, after a pause, whenever it ends or fails."""
    while True:
        try:
            await job()
        except Exception:  # noqa: BLE001 - a job outlives its bugs; each is logged with its traceback
            _log.exception("%s: unexpected error; it begins anew in %s seconds", name, RESTART_S)
        await asyncio.sleep(RESTART_S)
