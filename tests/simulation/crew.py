"""Worker processes: each has a PostgreSQL of its own and takes one seed after another."""

import contextlib
import logging
import multiprocessing
import os
import queue
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.queues import Queue
from typing import Any

from tests.simulation import link, registry
from tests.simulation.central_host import central_host
from tests.simulation.seed import Verdict, run_seed, shrink

WORKERS = 2
WAIT_S = 5.0
POLL_S = 0.2

Task = tuple[int, int]
"""Seed and lane."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """What a worker says when the simulation itself is broken."""

    why: str


def run_all(tasks: list[Task], *, workers: int = WORKERS, shrink_s: float) -> Iterator[Verdict]:
    """Yield the verdict of every seed as it comes; ends after the first violation."""
    context = multiprocessing.get_context("spawn")
    given: Queue[Task | None] = context.Queue()
    answered: Queue[Verdict | _Failed] = context.Queue()
    enough = context.Event()
    for task in tasks:
        given.put(task)
    many = min(workers, len(tasks))
    for _ in range(many):
        given.put(None)
    crew = [
        context.Process(target=_work, args=(given, answered, enough, shrink_s), daemon=False)
        for _ in range(many)
    ]
    for each in crew:
        each.start()
    try:
        yield from _collect(crew, answered, len(tasks))
    finally:
        enough.set()
        given.cancel_join_thread()
        _send_home(crew, answered)


def run_here(tasks: list[Task], *, shrink_s: float) -> Iterator[Verdict]:
    """Do the same in this process, as whoever measures it needs; ends after the first violation."""
    _prepare()
    with central_host() as host:
        for seed, lane in tasks:
            verdict = run_seed(seed, lane, host)
            if verdict.violation is not None:
                yield shrink(verdict, host, seconds=shrink_s) if shrink_s > 0 else verdict
                return
            yield verdict


def _prepare() -> None:
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    logging.getLogger("sync").propagate = False
    link.lay_lines()
    registry.load()


def _collect(crew: Iterable[Any], answered: "Queue[Verdict | _Failed]", expected: int) -> Iterator[Verdict]:
    while expected:
        try:
            verdict = answered.get(timeout=WAIT_S)
        except queue.Empty:
            if any(each.exitcode not in (None, 0) for each in crew):
                msg = "a worker of the simulation has ended by itself"
                raise RuntimeError(msg) from None
            continue
        if isinstance(verdict, _Failed):
            raise RuntimeError(verdict.why)  # noqa: TRY004 - not a wrong type but a worker's last word
        expected -= 1
        yield verdict
        if verdict.violation is not None:
            return


def _send_home(crew: Iterable[Any], answered: "Queue[Verdict | _Failed]") -> None:
    """Wait until every worker has ended, and take what they still say: one that cannot say it never ends."""
    while any(each.is_alive() for each in crew):
        with contextlib.suppress(queue.Empty):
            answered.get(timeout=POLL_S)
    for each in crew:
        each.join()


def _work(given: Any, answered: Any, enough: Any, shrink_s: float) -> None:
    try:
        _prepare()
        with central_host() as host:
            while not enough.is_set() and (task := given.get()) is not None:
                seed, lane = task
                verdict = run_seed(seed, lane, host)
                if verdict.violation is not None and shrink_s > 0:
                    verdict = shrink(verdict, host, seconds=shrink_s)
                answered.put(verdict)
    except BaseException as error:
        answered.put(_Failed(f"a worker of the simulation failed: {type(error).__name__}: {error}"))
        raise
