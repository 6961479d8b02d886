"""Where a worker process takes scans: those that come at the same moment are stored together, in one transaction.

A thousand people who scan one poster at once wait for a few commits then, and not for a thousand.
"""

import asyncpg

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.gathering import Gathering
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
AT_ONCE = 4
"""Batches that are under way, of whichever networks."""
MAX_WAITING = 2_000
"""Scans that wait in one process at most."""


class ScanDesk:
    """Takes scans of every network."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        """Begin with nobody waiting."""
        self._clock = database.clock
        self._secrets = secrets
        self._scans: Gathering[Scan, asyncpg.Record] = Gathering(
            database,
            store_scans,
            max_batch=MAX_BATCH,
            max_waiting=MAX_WAITING,
            at_once=AT_ONCE,
            full="Too many vouchers are being scanned at this moment.",
        )

    async def scan(self, voucher: VoucherKey, scanner: Scanner, request: ScanRequest) -> ScanAnswer | None:
        """Store a scan and answer it, as :func:`~sync.central.services.scanning.scans.scan` does.

        Raises :class:`Refusal` ``busy`` when too many wait.
        """
        one = read_scan(self._clock, voucher, scanner, request)
        row = await self._scans.ask(voucher.network, one)
        return answer_to(self._secrets, one, row)
