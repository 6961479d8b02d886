"""Handing out the newest snapshot, and making one when there is none or only a stale one."""

import asyncio
import logging

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.refusal import Refusal
from sync.central.services.snapshot_making import how_far
from sync.central.services.snapshots import build_snapshot, newest_snapshot
from sync.protocol.feed import SignedManifest
from sync.protocol.problems import ProblemType

MOMENT_S = 0.8
"""How long a till waits for its answer while a snapshot is made; a small network's is there by then."""
RETRY_AFTER_S = 2

_log = logging.getLogger(__name__)


class SnapshotDesk:
    """One maker for each network and process; tills that ask meanwhile wait for the same one."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        """Begin with nothing in the making."""
        self._database = database
        self._secrets = secrets
        self._making: dict[int, asyncio.Task[bool]] = {}

    async def newest(self, network_id: int) -> SignedManifest:
        """Return the newest snapshot from which the feed can be followed, at once; a stale one is renewed behind.

        Raises :class:`Refusal` ``snapshot-in-making`` when there is none yet and it takes longer than a moment.
        """
        state = await newest_snapshot(self._database, network_id)
        if state.signed is None:
            await asyncio.wait({self._make(network_id)}, timeout=MOMENT_S)
            state = await newest_snapshot(self._database, network_id)
        elif state.stale:
            self._make(network_id)
        if state.signed is None:
            raise Refusal(
                ProblemType.SNAPSHOT_IN_MAKING,
                "The first copy of this network's codes is being made.",
                "The till asks again by itself.",
                retry_after_s=RETRY_AFTER_S,
                progress=await how_far(self._database, network_id),
            )
        return state.signed

    async def close(self) -> None:
        """Stop what is in the making; it leaves nothing behind."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _make(self, network_id: int) -> "asyncio.Task[bool]":
        """Begin to make one, or join whoever does in this process."""
        task = self._making.get(network_id)
        if task is None:
            task = asyncio.create_task(self._make_if_stale(network_id))
            self._making[network_id] = task
            task.add_done_callback(lambda done: self._made(network_id, done))
        return task

    async def _make_if_stale(self, network_id: int) -> bool:
        """Look once more first: whoever asked may have looked just before the last maker finished."""
        state = await newest_snapshot(self._database, network_id)
        return not state.stale or await build_snapshot(self._database, self._secrets, network_id)

    def _made(self, network_id: int, task: asyncio.Task[bool]) -> None:
        self._making.pop(network_id, None)
        if not task.cancelled() and task.exception() is not None:
            _log.warning("the snapshot of network %s failed: %s", network_id, type(task.exception()).__name__)
