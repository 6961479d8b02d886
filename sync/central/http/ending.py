"""Ending a worker process without keeping anybody waiting."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from litestar import Litestar

from sync.central.http.central import Central


@asynccontextmanager
async def ending_softly(app: Litestar) -> AsyncIterator[None]:
    """Answer all long polls when the server asks this worker to end.

    The server waits for requests under way before it ends, and idle tills always have one. It takes SIGINT
    and SIGTERM alike: so SIGTERM, which it sends to its workers, is taken here first and handed on as SIGINT.
    """
    central: Central = app.state.central

    def end() -> None:
        central.stopping = True
        central.bell.close()
        os.kill(os.getpid(), signal.SIGINT)

    with suppress(
        NotImplementedError
    ):  # where the event loop takes no signals, the server's own patience holds
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    yield
