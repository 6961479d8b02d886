"""Reading the feed: pages after a cursor, and waiting for the next change (DESIGN 6)."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.database import Database
from sync.central.services.grants import LeaseFor
from sync.central.services.lease_recall import is_recalled
from sync.central.services.refusal import Refusal, busy
from sync.protocol.feed import MAX_PAGE_CHANGES, MAX_WAIT_MS, Change, FeedPage, Table
from sync.protocol.problems import ProblemType

MAX_WAITING_READERS = 10_000
"""How many long polls one process holds; each costs a few kilobytes and no connection to the database."""
FALLBACK_POLL_S = 12.0
"""How often a waiting reader looks by itself, should a wake-up be lost."""
FAR_BEHIND = 50_000
"""From so many changes on (a large import) a till takes a snapshot that is nearer to the feed's head, if there is one:
a million rows of the feed are fifteen times the bytes."""
MAX_PAGE_BYTES = 4 * 1024 * 1024
_MS = 1000


class FeedBell:
    """Wakes this process's waiting readers of a network."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self._readers = 0
        self.closed = False

    def close(self) -> None:
        """Send everybody home with what there is, and let nobody wait any more: this process ends."""
        self.closed = True
        self.ring_all()

    def ring(self, network_id: int) -> None:
        """Wake everybody who waits for this network."""
        for event in self._waiting.get(network_id, ()):
            event.set()

    def ring_all(self) -> None:
        """Wake everybody: after a broken connection, nobody knows what was missed."""
        for network_id in list(self._waiting):
            self.ring(network_id)

    @contextmanager
    def listen(self, network_id: int) -> Iterator[asyncio.Event]:
        """Yield an event that every ring from here on sets."""
        if self._readers >= MAX_WAITING_READERS:
            raise busy("Too many tills are waiting for changes here.", retry_after_s=5)
        event = asyncio.Event()
        self._readers += 1
        self._waiting[network_id].add(event)
        try:
            yield event
        finally:
            self._readers -= 1
            self._waiting[network_id].discard(event)
            if not self._waiting[network_id]:
                del self._waiting[network_id]


async def read_page(
    connection: asyncpg.Connection, network_id: int, *, epoch: str, after: int, limit: int = MAX_PAGE_CHANGES
) -> FeedPage:
    """Return the changes after a cursor, perhaps none.

    Raises :class:`Refusal` ``cursor-gone`` for another epoch, a cursor below what is kept, one that central has
    never reached, or one so far behind that a snapshot is the shorter way.
    """
    network = await connection.fetchrow(
        """SELECT feed_epoch, feed_head,
            COALESCE((SELECT min(number) - 1 FROM outbox WHERE network_id = $1 AND number IS NOT NULL), feed_head)
            AS floor
        FROM networks WHERE id = $1""",
        network_id,
    )
    if network is None:
        raise Refusal(ProblemType.NOT_FOUND, "There is no such network.")
    head: int = network["feed_head"]
    if epoch != str(network["feed_epoch"]) or not network["floor"] <= after <= head:
        raise Refusal(
            ProblemType.CURSOR_GONE,
            "This place in the feed is gone.",
            "Take a new snapshot and go on from there.",
        )
    if head - after > FAR_BEHIND and await _is_snapshot_nearer(connection, network_id, after):
        raise Refusal(
            ProblemType.CURSOR_GONE,
            "A snapshot brings this till up to date sooner than so many changes.",
            "Take a new snapshot and go on from there.",
        )
    records = await connection.fetch(
        """SELECT number, tab, subject, version, row FROM outbox
        WHERE network_id = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4""",
        network_id,
        after,
        head,
        limit,
    )
    changes: list[Change] = []
    number, size = after, 0
    for record in records:
        size += len(record["row"] or b"")
        if changes and size > MAX_PAGE_BYTES:
            break
        changes.append(Change(Table(record["tab"]), record["subject"], record["version"], record["row"]))
        number = record["number"]
    return FeedPage(
        epoch=epoch, number=number, head=head, changes=tuple(changes), server_ms=clock_of(connection).now_ms()
    )


async def _is_snapshot_nearer(connection: asyncpg.Connection, network_id: int, after: int) -> bool:
    nearer: bool = await connection.fetchval(
        """SELECT EXISTS (
            SELECT 1 FROM snapshots s JOIN networks n ON n.id = $1
            WHERE s.network_id = $1 AND s.epoch = n.feed_epoch AND s.number > $2)""",
        network_id,
        after + FAR_BEHIND,
    )
    return nearer


async def follow(
    database: Database, bell: FeedBell, till: LeaseFor, *, epoch: str, after: int, wait_ms: int
) -> FeedPage:
    """Return the changes after a cursor; with none, wait for the first up to ``wait_ms``.

    A till of which leases are asked back need not wait. No connection to the database is held while waiting.
    """
    network_id = till.network
    ends = time.monotonic() + min(max(wait_ms, 0), MAX_WAIT_MS) / _MS
    with bell.listen(network_id) as rung:
        while True:
            rung.clear()
            # Head, floor and rows come from one state: pruning in between would look like nothing to read.
            async with database.network_transaction(network_id, repeatable_read=True) as connection:
                page = await read_page(connection, network_id, epoch=epoch, after=after)
                if await is_recalled(connection, till):
                    page = msgspec.structs.replace(page, contact=True)
            left = ends - time.monotonic()
            if page.changes or page.contact or left <= 0 or bell.closed:
                return page
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), min(left, FALLBACK_POLL_S))
