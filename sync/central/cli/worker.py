"""What a worker process of the server runs first: light, so that it is tied to its parent at once."""

import ctypes
import gc
import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.central.http.short_ways import ShortWays

_PR_SET_PDEATHSIG = 1
COLLECTED_AFTER = (50_000, 20, 20)
"""Objects until the garbage collector looks for cycles, and how often it looks at older ones."""


def create_app() -> "ShortWays":
    """Tie this process to central's main process, then make the application."""
    _die_with_parent()
    from sync.central.http.app import create_app as create_http_app

    application = create_http_app()
    # A batch of events is some ten thousand objects, none of them in a cycle: by Python's defaults a tenth of a
    # worker's time went into looking for cycles, again and again through everything that was imported.
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    return application


def _die_with_parent() -> None:
    """Let the kernel end this worker when the main process ends, even by SIGKILL.

    Nothing is lost by it: what was acknowledged is committed, and the rest is asked again.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent.pid:
        os._exit(1)
