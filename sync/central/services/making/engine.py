"""Making the codes of an order, a million as well as one: in one transaction, so that all of them are there or none.

Whoever makes an order holds its advisory lock for as long as that transaction lives. When the process is killed the
lock goes with it, PostgreSQL takes back what was made, and the next process that looks begins the order anew.
Progress and cancelling go over other connections.
"""

import asyncio
from enum import StrEnum

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.making.drawing import NO_LOT, Lot, draw_lot
from sync.central.services.making.orders import Spec
from sync.central.services.new_codes import NewCode
from sync.central.services.outbox import OUTBOX_CHANNEL
from sync.protocol.feed import Table
from sync.protocol.leases import LimitKind
from sync.rules.code import Kind
from sync.rules.generate import MAX_ROUNDS_WITHOUT_NEW

LOT = 5_000
"""Codes that are stored by one statement: a fraction of a second, after which progress is told."""
LOCK_CLASS = 0x43_53_4D
"""Class of the advisory lock of an order that is being made; its number is the order's."""

_RESERVE = "SELECT array_agg(nextval(pg_get_serial_sequence('codes', 'id'))) FROM generate_series(1, $1::int)"
_STORE = """
    WITH lot AS MATERIALIZED (
        SELECT id, code, folded, substr($5::bytea, start, size) AS row
        FROM unnest($2::text::bigint[], $3::text::text[], $4::text::text[], $6::text::int[], $7::text::int[])
            AS g (id, code, folded, start, size)
    ), made AS (
        INSERT INTO codes (network_id, id, version, campaign_id, kind, code, folded, name, max_uses, expires_at,
            home_restaurant_id, description, created_by, batch_id)
        SELECT $1, id, 1, $8, $9, code, folded, $10, $11::bigint, $12::timestamptz, $13::bigint, $14, $15::bigint, $16
        FROM lot ON CONFLICT (network_id, folded) DO NOTHING RETURNING id
    ), limited AS (
        INSERT INTO limits (network_id, kind, subject, total, pool)
        SELECT $1, $17, id, $11, $11 FROM made WHERE $11 IS NOT NULL
    ), told AS (
        INSERT INTO outbox (network_id, tab, subject, version, row)
        SELECT $1, $18, id, 1, lot.row FROM lot JOIN made USING (id)
    )
    SELECT count(*) AS made, min(id) AS first, max(id) AS last FROM made
"""


class Came(StrEnum):
    """What came of looking at an order."""

    DONE = "done"
    ELSEWHERE = "elsewhere"
    """Another process makes it, or it is over."""
    CANCELLED = "cancelled"


class _CancelledError(Exception):
    """Somebody has cancelled the order: what was made is to be taken back."""


class _Order(msgspec.Struct, frozen=True):
    network: int
    id: int
    wanted: int
    like: NewCode
    spec: Spec


async def open_orders(database: Database, network_id: int) -> list[int]:
    """Return the orders that wait or are being made, the oldest first."""
    async with database.network_transaction(network_id) as connection:
        rows = await connection.fetch(
            """SELECT id FROM code_batches WHERE network_id = $1 AND status IN ('waiting', 'running')
            ORDER BY id""",
            network_id,
        )
    return [row["id"] for row in rows]


async def make_order(database: Database, secrets: Secrets, network_id: int, order_id: int) -> Came:
    """Make the codes of one order, unless another process does; they are there all at once when this returns."""
    try:
        async with database.network_transaction(network_id) as connection:
            order = await _take(connection, network_id, order_id)
            if order is None:
                return Came.ELSEWHERE
            await _Maker(connection, secrets.digest_key(network_id), order).make(database)
    except _CancelledError:
        return Came.CANCELLED
    return Came.DONE


async def give_up(database: Database, network_id: int, order_id: int, problem: str) -> None:
    """Let an order fail that could not be made; none of its codes is there."""
    async with database.network_transaction(network_id) as connection:
        await connection.execute(
            """UPDATE code_batches SET status = 'failed', made = 0, problem = $3, finished_at = $4
            WHERE network_id = $1 AND id = $2 AND status IN ('waiting', 'running')""",
            network_id,
            order_id,
            problem,
            moment(database.clock),
        )


async def _take(connection: asyncpg.Connection, network_id: int, order_id: int) -> _Order | None:
    mine = await connection.fetchval(
        "SELECT pg_try_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", LOCK_CLASS, order_id
    )
    if not mine:
        return None
    row = await connection.fetchrow(
        """SELECT kind, campaign_id, spec, wanted, created_by FROM code_batches
        WHERE network_id = $1 AND id = $2 AND status IN ('waiting', 'running')""",
        network_id,
        order_id,
    )
    if row is None:
        return None
    spec = msgspec.convert(row["spec"], Spec)
    like = NewCode(
        campaign_id=row["campaign_id"],
        kind=Kind(row["kind"]),
        code="",
        name=spec.name,
        max_uses=spec.max_uses,
        expires_at=spec.expires_at,
        home_restaurant_id=spec.restaurant_id,
        description=spec.description,
        created_by=row["created_by"],
    )
    return _Order(network_id, order_id, row["wanted"], like, spec)


class _Maker:
    """Makes one order on the connection whose transaction it is made in."""

    def __init__(self, connection: asyncpg.Connection, digest_key: bytes, order: _Order) -> None:
        self._connection = connection
        self._digest_key = digest_key
        self._order = order
        self._made = 0
        self._first: int | None = None
        self._last: int | None = None

    async def make(self, database: Database) -> None:
        """Make all of it; raises ``_CancelledError`` as soon as somebody has cancelled it."""
        wanted, barren = self._order.wanted, 0
        lot = await self._drawn(await self._reserved(wanted))
        while self._made < wanted:
            if not lot.number:
                lot = await self._drawn(await self._reserved(wanted - self._made))
            # The ids of the next lot are taken before this one is stored: it is drawn meanwhile.
            ids = await self._reserved(wanted - self._made - lot.number)
            fresh, lot = await asyncio.gather(self._store(lot), self._drawn(ids))
            barren = 0 if fresh else barren + 1
            if barren >= MAX_ROUNDS_WITHOUT_NEW:
                message = f"{barren} lots in a row brought no code that is new"
                raise RuntimeError(message)
            await self._tell(database)
        await self._finish()

    async def _reserved(self, count: int) -> list[int]:
        if count <= 0:
            return []
        ids: list[int] = await self._connection.fetchval(_RESERVE, min(count, LOT))
        return ids

    async def _drawn(self, ids: list[int]) -> Lot:
        if not ids:
            return NO_LOT
        draw = clock_of(self._connection).random
        return await asyncio.to_thread(
            draw_lot, ids, self._order.like, self._order.spec.form, self._digest_key, draw
        )

    async def _store(self, lot: Lot) -> int:
        """Store a lot; return how many of its codes were new."""
        like = self._order.like
        row = await self._connection.fetchrow(
            _STORE,
            self._order.network,
            lot.ids,
            lot.codes,
            lot.folded,
            lot.rows,
            lot.starts,
            lot.sizes,
            like.campaign_id,
            like.kind.value,
            like.name,
            like.max_uses,
            like.expires_at,
            like.home_restaurant_id,
            like.description,
            like.created_by,
            self._order.id,
            LimitKind.USES.value,
            Table.CODE.value,
        )
        fresh: int = row["made"]
        self._made += fresh
        self._first = self._first or row["first"]
        self._last = row["last"] or self._last
        return fresh

    async def _tell(self, database: Database) -> None:
        """Write how far it is on a connection of its own, where others see it, and look whether it goes on."""
        async with database.network_transaction(self._order.network) as connection:
            goes_on = await connection.fetchval(
                """UPDATE code_batches SET status = 'running', made = $3
                WHERE network_id = $1 AND id = $2 AND status IN ('waiting', 'running') RETURNING true""",
                self._order.network,
                self._order.id,
                self._made,
            )
        if not goes_on:
            raise _CancelledError

    async def _finish(self) -> None:
        """Let the order be done with the very commit that shows its codes."""
        ended = await self._connection.fetchval(
            """UPDATE code_batches SET status = 'done', made = wanted, first_id = $3, last_id = $4, finished_at = $5
            WHERE network_id = $1 AND id = $2 AND status = 'running' RETURNING true""",
            self._order.network,
            self._order.id,
            self._first,
            self._last,
            moment(clock_of(self._connection)),
        )
        if not ended:
            raise _CancelledError
        await self._connection.execute("SELECT pg_notify($1, $2)", OUTBOX_CHANNEL, str(self._order.network))
