"""The sequencer at work: woken by NOTIFY, one process at a time, and looking by itself now and then."""

import asyncio

import asyncpg

from sync.central.database import enter_network
from sync.central.schema.words import Noun
from sync.central.services.outbox import OUTBOX_CHANNEL
from sync.central.services.sequencer import MAX_STAMPED_AT_ONCE, stamp

LOCK_CLASS = 0x43_53_4E
TAKE_OVER_S = 1.0
"""How long a process that is not the sequencer waits before it asks again whether it may be."""
SWEEP_S = 5.0
"""How often all networks are looked at, should a wake-up have been lost."""


async def sequence(connection: asyncpg.Connection) -> None:
    """Give committed changes their numbers for as long as this connection lives; return when it is gone.

    The advisory lock belongs to the connection, and so does the numbering: a process that loses one loses
    the other. (That no row is numbered twice rests on the lock of the network's row, not on this one.)
    """
    await _become_the_one(connection)
    waiting: set[int] = set()
    woken = asyncio.Event()

    def note(_connection: object, _pid: int, _channel: str, payload: str) -> None:
        waiting.add(int(payload))
        woken.set()

    def lost(_connection: object) -> None:
        woken.set()

    connection.add_termination_listener(lost)
    await connection.add_listener(OUTBOX_CHANNEL, note)
    while not connection.is_closed():
        if not woken.is_set():
            waiting.update(await _all_networks(connection))
        woken.clear()
        while waiting:
            network_id = waiting.pop()
            if await _stamp_one(connection, network_id):
                waiting.add(network_id)
        try:
            await asyncio.wait_for(woken.wait(), SWEEP_S)
        except TimeoutError:
            continue


async def _become_the_one(connection: asyncpg.Connection) -> None:
    # Asking now and then instead of waiting in the database: a statement that waits for hours would keep
    # every row that was deleted meanwhile from being cleared away.
    while True:
        if await connection.fetchval("SELECT pg_try_advisory_lock($1, 0)", LOCK_CLASS):
            return
        await asyncio.sleep(TAKE_OVER_S)


async def _stamp_one(connection: asyncpg.Connection, network_id: int) -> bool:
    """Give what waits in one network its numbers; return whether there may be more."""
    try:
        async with connection.transaction():
            await enter_network(connection, network_id)
            return await stamp(connection, network_id) == MAX_STAMPED_AT_ONCE
    except asyncpg.LockNotAvailableError:
        # Somebody is changing this network's settings; the others need not wait, and the next sweep comes.
        return False


async def _all_networks(connection: asyncpg.Connection) -> list[int]:
    rows = await connection.fetch("SELECT id FROM directory WHERE noun = $1", Noun.NETWORK.value)
    return [row["id"] for row in rows]
