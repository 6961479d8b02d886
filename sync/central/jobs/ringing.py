"""Waking this process's long polls when the sequencer, in whichever process it runs, has numbered a change."""

import asyncio

import asyncpg

from sync.central.services.feed import FeedBell
from sync.central.services.sequencer import FEED_CHANNEL

ALIVE_S = 15.0
"""How often the connection is tried: one that broke silently brings no notices."""


async def ring_for_changes(connection: asyncpg.Connection, bell: FeedBell) -> None:
    """Ring the bell for every notice, for as long as this connection lives."""
    lost = asyncio.Event()

    def note(_connection: object, _pid: int, _channel: str, payload: str) -> None:
        bell.ring(int(payload))

    connection.add_termination_listener(lambda _connection: lost.set())
    await connection.add_listener(FEED_CHANNEL, note)
    # What was numbered while nobody listened is found by looking.
    bell.ring_all()
    while True:
        try:
            await asyncio.wait_for(lost.wait(), ALIVE_S)
        except TimeoutError:
            await connection.execute("SELECT 1")
            continue
        return
