"""A world that never ends is ended, and named."""

import multiprocessing
import threading
from functools import partial
from multiprocessing.queues import Queue

from tests.simulation.watchdog import STUCK, bounded, tell_too

CONTEXT = multiprocessing.get_context("spawn")


def _say(into: "Queue[str]", why: str) -> None:
    into.put(why)
    into.close()
    into.join_thread()


def _never_end(into: "Queue[str]") -> None:
    tell_too(partial(_say, into))
    with bounded(1234, 2, seconds=0.01):
        threading.Event().wait()


def test_a_world_that_never_ends_ends_its_process_and_is_named() -> None:
    heard: Queue[str] = CONTEXT.Queue()
    living = CONTEXT.Process(target=_never_end, args=(heard,))
    living.start()
    why = heard.get()
    living.join()
    assert living.exitcode == STUCK
    assert "seed 1234, lane 2" in why


def test_a_world_that_ends_leaves_no_watchdog_behind() -> None:
    before = threading.active_count()
    with bounded(1, 1):
        assert threading.active_count() == before + 1
    for each in threading.enumerate():
        if isinstance(each, threading.Timer):
            each.join()
    assert threading.active_count() == before
