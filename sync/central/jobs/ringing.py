"""What processes tell each other: that a change was numbered, which wakes long polls, and that somebody is shut out."""

import asyncio
from collections.abc import Callable

import asyncpg

from sync.central.services.feed import FeedBell
from sync.central.services.sequencer import FEED_CHANNEL
from sync.central.services.shut_out import SHUT_OUT_CHANNEL

ALIVE_S = 15.0
"""How often the connection is tried: one that broke silently brings no notices."""


async def ring_for_changes(
    connection: asyncpg.Connection, bell: FeedBell, shut_out: Callable[[int], None]
) -> None:
    """Ring the bell, and ask again who may come in, for every notice for as long as this connection lives."""
    lost = asyncio.Event()

    def note(_connection: object, _pid: int, _channel: str, payload: str) -> None:
        bell.ring(int(payload))

    def note_shut_out(_connection: object, _pid: int, _channel: str, payload: str) -> None:
        shut_out(int(payload))

    connection.add_termination_listener(lambda _connection: lost.set())
    await connection.add_listener(FEED_CHANNEL, note)
    await connection.add_listener(SHUT_OUT_CHANNEL, note_shut_out)
    # What was numbered while nobody listened is found by looking.
    bell.ring_all()
    while True:
        try:
            await asyncio.wait_for(lost.wait(), ALIVE_S)
        except TimeoutError:
            await connection.execute("SELECT 1")
            continue
        return
