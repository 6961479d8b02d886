"""Backups by the clock, on a thread of the main process: one for an installation, however many workers serve."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sync.central.database import connected
from sync.central.jobs.backing_up import Plan, keep_backups
from sync.central.jobs.supervising import keep_running
from sync.central.services.backup_runs import plan_backups

MAX_CONNECTIONS = 2
CANCEL_AGAIN_S = 1.0
STOP_S = 5.0
"""How long the end of `serve` waits for the thread; a copy that is under way ends with the database."""


@contextmanager
def scheduled_backups(dsn: str, plan: Plan | None, *, every_s: int) -> Iterator[None]:
    """Take backups by a plan for as long as the block runs; without one, note that none are planned."""
    if plan is None:
        asyncio.run(_plan_none(dsn))
        yield
        return
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(_keep(dsn, plan, every_s, stop)), name="backups", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(STOP_S)
        if not thread.is_alive():
            loop.close()


async def _keep(dsn: str, plan: Plan, every_s: int, stop: asyncio.Event) -> None:
    async def job() -> None:
        async with connected(dsn, max_connections=MAX_CONNECTIONS) as database:
            await keep_backups(database, dsn, plan, every_s=every_s)

    running = asyncio.create_task(keep_running("backups", job))
    await stop.wait()
    # Again and again: Python 3.11 loses a cancellation that comes as a wait is just over.
    while not running.done():
        running.cancel()
        await asyncio.wait([running], timeout=CANCEL_AGAIN_S)


async def _plan_none(dsn: str) -> None:
    async with connected(dsn, max_connections=1) as database:
        await plan_backups(database, None)
