"""Handing out the newest snapshot, and making one when there is none or only a stale one."""

import asyncio
import logging
import time

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.refusal import busy
from sync.central.services.snapshots import build_snapshot, newest_snapshot
from sync.protocol.feed import SignedManifest

MAX_WAIT_S = 12.0
"""How long a till waits for a snapshot in the making; a till's own patience is 20 seconds."""
LOOK_S = 0.25
"""How often it is looked whether another process has finished one."""

_log = logging.getLogger(__name__)


class SnapshotDesk:
    """One maker for each network and process; tills that ask meanwhile wait for the same one."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        """Begin with nothing in the making."""
        self._database = database
        self._secrets = secrets
        self._making: dict[int, asyncio.Task[bool]] = {}

    async def newest(self, network_id: int) -> SignedManifest:
        """Return a snapshot that is near the feed's head, or at least one from which it can be followed.

        Raises :class:`Refusal` ``busy`` when the first one takes longer than a request may wait.
        """
        state = await newest_snapshot(self._database, network_id)
        ends = time.monotonic() + MAX_WAIT_S
        while state.stale and time.monotonic() < ends:
            made = await self._make(network_id, ends - time.monotonic())
            if not made:
                await asyncio.sleep(LOOK_S)
            state = await newest_snapshot(self._database, network_id)
        if state.signed is None:
            raise busy("The first snapshot of this network is being made.", retry_after_s=5)
        return state.signed

    async def close(self) -> None:
        """Stop what is in the making; it leaves nothing behind."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _make(self, network_id: int, wait_s: float) -> bool:
        """Make one, or join whoever does in this process; return whether one was made in time."""
        task = self._making.get(network_id)
        if task is None:
            task = asyncio.create_task(self._make_if_stale(network_id))
            self._making[network_id] = task
            task.add_done_callback(lambda done: self._made(network_id, done))
        done, _ = await asyncio.wait({task}, timeout=wait_s)
        return bool(done) and task.result()

    async def _make_if_stale(self, network_id: int) -> bool:
        """Look once more first: whoever asked may have looked just before the last maker finished."""
        state = await newest_snapshot(self._database, network_id)
        return not state.stale or await build_snapshot(self._database, self._secrets, network_id)

    def _made(self, network_id: int, task: asyncio.Task[bool]) -> None:
        self._making.pop(network_id, None)
        if not task.cancelled() and task.exception() is not None:
            # Whoever waits gets the error too; this is for a maker whose last waiter has left.
            _log.info("the snapshot of network %s failed: %s", network_id, type(task.exception()).__name__)
