"""A world that does not come to its end: the process that lives it says which one it was, and ends.

What hangs may hang anywhere, in a driver too, so nobody asks it to stop. Whoever waits for this process sees it
end with :data:`STUCK`; where every thread stood is on the error output.
"""

import faulthandler
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MAX_WORLD_S = 1800.0
"""Real time that one world may take: the largest takes a tenth of it on a busy machine."""
STUCK = 70
"""Exit status of a process that was ended so."""


def _print(why: str) -> None:
    print(why, file=sys.stderr, flush=True)


_last_words: list[Callable[[str], None]] = [_print]


def tell_too(say: Callable[[str], None]) -> None:
    """Let somebody else hear the last words of this process, before it ends."""
    _last_words.append(say)


@contextmanager
def bounded(seed: int, lane: int, *, seconds: float = MAX_WORLD_S) -> Iterator[None]:
    """End this process when the block takes longer than ``seconds`` of real time."""
    why = f"seed {seed}, lane {lane}: this world has not ended within {seconds:g} s"
    dog = threading.Timer(seconds, _end, (why,))
    dog.daemon = True
    dog.start()
    try:
        yield
    finally:
        dog.cancel()


def _end(why: str) -> None:
    try:
        faulthandler.dump_traceback(all_threads=True)
        for say in _last_words:
            say(why)
    finally:
        os._exit(STUCK)
