"""The line between tills and central: a TCP proxy on loopback whose weather changes."""

import asyncio
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

from tests.simulation.processes.tally import Tally

PIECE_BYTES = 16 * 1024
SLOW_S = (0.02, 0.6)


class Weather(StrEnum):
    """What happens to what passes."""

    FAIR = "fair"
    CLOSED = "closed"
    """Every connection is closed at once."""
    SILENT = "silent"
    """Connections are taken; nothing passes in either direction."""
    ONE_WAY = "one_way"
    """What tills say arrives; the answers never do."""
    LOST_ANSWERS = "lost_answers"
    """What tills say arrives; where an answer should come, the connection breaks."""
    SLOW = "slow"
    """Everything arrives, late."""
    TORN = "torn"
    """Connections break in the middle of an answer."""


ROUGH = (
    Weather.CLOSED,
    Weather.SILENT,
    Weather.ONE_WAY,
    Weather.LOST_ANSWERS,
    Weather.SLOW,
    Weather.TORN,
)


class Wire:
    """Listens on a port of its own and passes everything on to ``target``, as the weather lets it."""

    def __init__(self, target: int, tally: Tally, seed: str) -> None:
        """``target`` is central's port on this machine."""
        self.port = 0
        self._target = target
        self._tally = tally
        self._random = random.Random(seed)
        self._weather = Weather.FAIR
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        """Where tills reach central."""
        return f"http://127.0.0.1:{self.port}"

    def change(self, weather: Weather) -> None:
        """Let the weather change at once; connections that exist feel it too."""
        self._loop.call_soon_threadsafe(self._change, weather)

    def _change(self, weather: Weather) -> None:
        self._weather = weather
        if weather in (Weather.CLOSED, Weather.FAIR):
            # A line that was silent has lost bytes: it cannot become good again.
            for writer in list(self._open):
                writer.transport.abort()

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._weather is Weather.CLOSED:
            self._tally.fault(Weather.CLOSED)
            writer.transport.abort()
            return
        self._open.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            answers, there = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(there)
            await asyncio.gather(
                self._pass(reader, there, back=False), self._pass(answers, writer, back=True)
            )
        except OSError:
            # Central is being killed at this very moment, or the till was.
            self._tally.fault("broken")
        finally:
            for end in (writer, there):
                if end is not None:
                    self._open.discard(end)
                    end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        while piece := await reader.read(PIECE_BYTES):
            weather = self._weather
            if weather is not Weather.FAIR:
                self._tally.fault(weather)
            if weather is Weather.SILENT or (weather is Weather.ONE_WAY and back):
                continue
            if weather is Weather.CLOSED or (weather is Weather.LOST_ANSWERS and back):
                raise ConnectionAbortedError
            if weather is Weather.SLOW:
                await asyncio.sleep(self._random.uniform(*SLOW_S))
            if weather is Weather.TORN and back:
                writer.write(piece[: self._random.randrange(len(piece))])
                await writer.drain()
                raise ConnectionAbortedError
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve(ready))
        waiting = asyncio.all_tasks(self._loop)
        for task in waiting:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        self._loop.close()

    def _end(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()


@contextmanager
def open_wire(target: int, tally: Tally, seed: str) -> Iterator[Wire]:
    """Run a proxy in a thread of its own for as long as the block lasts."""
    wire = Wire(target, tally, seed)
    ready = threading.Event()
    thread = threading.Thread(target=wire._run, args=(ready,), name="wire", daemon=True)
    thread.start()
    if not ready.wait(30):
        raise RuntimeError("the wire does not listen")
    try:
        yield wire
    finally:
        wire._loop.call_soon_threadsafe(wire._end)
        thread.join(30)


def port_of(url: str) -> int:
    """Return the port of central's address."""
    return int(url.rpartition(":")[2])


def nothing_listens(port: int) -> bool:
    """Whether a port of this machine is free again."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
