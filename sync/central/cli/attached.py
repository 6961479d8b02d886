"""Ending with the program that started us: a demo or a test that is killed leaves no server behind."""

import os
import signal
import threading
import time

_LOOK_S = 0.5


def end_with_parent() -> None:
    """Ask this process to stop (SIGTERM) as soon as its parent has ended. Returns at once."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="attached", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
