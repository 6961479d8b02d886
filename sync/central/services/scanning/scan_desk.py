"""Where a worker process takes scans: those that come at the same moment are stored together, in one transaction.

A thousand people who scan one poster at once wait for a few commits then, and not for a thousand.
"""

import asyncio
from collections import deque

import asyncpg

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.refusal import busy
from sync.central.services.scanning.ids import VoucherKey
from sync.central.services.scanning.scans import (
    Scan,
    ScanAnswer,
    Scanner,
    ScanRequest,
    answer_to,
    read_scan,
    store_scans,
)

MAX_BATCH = 500
MAX_WAITING = 2_000
"""Scans that wait in one process at most."""

_Waiting = tuple[Scan, "asyncio.Future[asyncpg.Record]"]


class ScanDesk:
    """One line for each network; a batch of each is under way at a time, and the next one gathers meanwhile."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        """Begin with nobody waiting."""
        self._database = database
        self._secrets = secrets
        self._lines: dict[int, deque[_Waiting]] = {}
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._waiting = 0

    async def scan(self, voucher: VoucherKey, scanner: Scanner, request: ScanRequest) -> ScanAnswer | None:
        """Store a scan and answer it, as :func:`~sync.central.services.scanning.scans.scan` does.

        Raises :class:`Refusal` ``busy`` when too many wait.
        """
        one = read_scan(self._database.clock, voucher, scanner, request)
        if self._waiting >= MAX_WAITING:
            raise busy("Too many vouchers are being scanned at this moment.", retry_after_s=1)
        future: asyncio.Future[asyncpg.Record] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(voucher.network, deque()).append((one, future))
        if voucher.network not in self._serving:
            self._serving[voucher.network] = asyncio.create_task(self._serve(voucher.network))
        self._waiting += 1
        try:
            row = await future
        finally:
            self._waiting -= 1
        return answer_to(self._secrets, one, row)

    async def _serve(self, network: int) -> None:
        """Store what waits in a network until nothing does."""
        line = self._lines[network]
        try:
            while line:
                batch = [line.popleft() for _ in range(min(MAX_BATCH, len(line)))]
                await self._store(network, batch)
        finally:
            # Nobody is left who would answer, should this process end in the middle.
            for _, future in line:
                future.cancel()
            del self._serving[network], self._lines[network]

    async def _store(self, network: int, batch: list[_Waiting]) -> None:
        try:
            async with self._database.network_transaction(network) as connection:
                rows = await store_scans(connection, network, [one for one, _ in batch])
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), row in zip(batch, rows, strict=True):
            if not future.done():
                future.set_result(row)
