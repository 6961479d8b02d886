"""Worker processes: each has a PostgreSQL of its own and takes one seed after another.

A worker lives for a bounded number of worlds and is then replaced, so that neither its memory nor its database
grows with the length of a run. Ctrl-C is heard by the parent alone: it takes what is done and sends all home.
"""

import contextlib
import gc
import logging
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.queues import Queue
from typing import Any

from tests.simulation import link, registry, watchdog
from tests.simulation.central_host import CentralHost, central_host
from tests.simulation.seed import Plan, Verdict, plan_of, run_seed
from tests.simulation.shrinking import shrink

WORKERS = 2
WAIT_S = 5.0
POLL_S = 0.2
WORLDS_A_LIFE = 400
SILENT_S = 3600.0
"""After so long without one world from anybody the run is broken: an endless wait is a finding too."""
GARBAGE_AFTER = 200_000
"""New objects until the collector looks at the young ones."""
SEEN_AGAIN = 2
"""How often a seed that ended badly is run once more: what no run shows again is told, but is no verdict."""

Task = tuple[int, int]
"""Seed and lane."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """What a worker says when the simulation itself is broken."""

    why: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What a worker says as soon as a world has ended badly, before it looks for a shorter story."""

    verdict: Verdict


@dataclass
class Crew:
    """Workers, the seeds they are given and what they answer."""

    tasks: Iterator[Task]
    shrink_s: float
    context: SpawnContext = field(default_factory=lambda: multiprocessing.get_context("spawn"))
    under_way: int = 0
    members: list[SpawnProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.given: Queue[Task | None] = self.context.Queue()
        self.answered: Queue[Verdict | _Failed | _Found] = self.context.Queue()
        self.enough = self.context.Event()

    def give(self) -> bool:
        """Give the next seed to whoever is free; False when there is none."""
        task = next(self.tasks, None)
        if task is not None:
            self.under_way += 1
            self.given.put(task)
        return task is not None

    def hire(self) -> None:
        """Start one more worker."""
        work = (self.given, self.answered, self.enough, self.shrink_s)
        member = self.context.Process(target=_work, args=work, daemon=False)
        # A child of a process that hears Ctrl-C must not: what is not done is lost, what is done is not.
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            member.start()
        finally:
            signal.signal(signal.SIGINT, heard)
        self.members.append(member)

    def replace_the_old(self) -> None:
        """Start a worker for each that has done its share; raises RuntimeError when one ended in another way."""
        for member in [each for each in self.members if each.exitcode is not None]:
            self.members.remove(member)
            if member.exitcode != 0:
                msg = f"a worker of the simulation has ended by itself ({member.exitcode})"
                raise RuntimeError(msg)
            if self.under_way:
                self.hire()

    def send_home(self) -> None:
        """Wait until every worker has ended, and take what they still say: one that cannot say it never ends."""
        self.enough.set()
        for _ in self.members:
            self.given.put(None)
        while any(each.is_alive() for each in self.members):
            with contextlib.suppress(queue.Empty):
                self.answered.get(timeout=POLL_S)
        for each in self.members:
            each.join()
        self.given.cancel_join_thread()


def run_all(tasks: Iterable[Task], *, workers: int = WORKERS, shrink_s: float) -> Generator[Verdict]:
    """Yield the verdict of every seed as it comes; ends after the first violation."""
    crew = Crew(iter(tasks), shrink_s)
    # One seed ahead for each, so that nobody waits for the parent.
    given = sum(crew.give() for _ in range(2 * workers))
    for _ in range(min(workers, given)):
        crew.hire()
    try:
        yield from _collect(crew)
    finally:
        crew.send_home()


def run_here(tasks: Iterable[Task], *, shrink_s: float) -> Generator[Verdict]:
    """Do the same in this process, as whoever measures it needs; ends after the first violation."""
    _prepare()
    with central_host() as host:
        for seed, lane in tasks:
            verdict = _judged(run_seed(seed, lane, host), host)
            if verdict.violation is not None:
                yield _shortest(verdict, host, seconds=shrink_s) if shrink_s > 0 else verdict
                return
            yield verdict


def _prepare() -> None:
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    logging.getLogger("sync").propagate = False
    link.lay_lines()
    registry.load()
    # What was imported stays: going through all of it again and again costs a part of each world.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 20, 50)


def _judged(verdict: Verdict, host: CentralHost) -> Verdict:
    """Return a verdict as it counts: a world goes the same way each time, so what is wrong in it comes again.

    What does not was done by the machine that the simulation runs on. It stays in the verdict, as seen once; of
    another seed with the same, the report takes both for what they may be.
    """
    if verdict.violation is None:
        return verdict
    for _ in range(SEEN_AGAIN):
        again = run_seed(verdict.seed, verdict.lane, host)
        if again.violation is not None:
            return again
    again.seen_once, again.seen_once_kind = verdict.violation, verdict.invariant
    return again


def _shortest(verdict: Verdict, host: CentralHost, *, seconds: float) -> Verdict:
    seed, lane = verdict.seed, verdict.lane

    def run(plan: Plan) -> Verdict:
        return run_seed(seed, lane, host, plan)

    return shrink(verdict, plan_of(seed, lane), run, seconds=seconds)


def _collect(crew: Crew) -> Iterator[Verdict]:
    heard_s = time.monotonic()
    while crew.under_way:
        try:
            said = crew.answered.get(timeout=WAIT_S)
        except queue.Empty:
            crew.replace_the_old()
            if time.monotonic() - heard_s > SILENT_S:
                msg = f"no world has ended for {SILENT_S:.0f} s"
                raise RuntimeError(msg) from None
            continue
        heard_s = time.monotonic()
        if isinstance(said, _Failed):
            raise RuntimeError(said.why)  # noqa: TRY004 - not a wrong type but a worker's last word
        if isinstance(said, _Found):
            # The others need not begin anything more; the shortest story comes with the verdict itself.
            crew.enough.set()
            print(f"seed {said.verdict.seed}, lane {said.verdict.lane}: {said.verdict.violation}", flush=True)
            print(f"looking for a shorter story, {crew.shrink_s:.0f} s at most …", flush=True)
            continue
        crew.under_way -= 1
        yield said
        if said.violation is not None:
            return
        crew.give()
        crew.replace_the_old()


def _next(given: Any, enough: Any) -> Task | None:
    """Wait for the next seed; None when there is none, or nobody who would hear of it."""
    parent = multiprocessing.parent_process()
    while not enough.is_set() and parent is not None and parent.is_alive():
        with contextlib.suppress(queue.Empty):
            task: Task | None = given.get(timeout=WAIT_S)
            return None if enough.is_set() else task
    return None


def _last_words(answered: Any, why: str) -> None:
    """Say why this process ends at once, and see that it is heard."""
    answered.put(_Failed(f"a worker of the simulation was stuck: {why}"))
    answered.close()
    answered.join_thread()


def _work(given: Any, answered: Any, enough: Any, shrink_s: float) -> None:
    """Do a worker's work beside the main thread, in which each turn of the event loop would set up signals anew."""
    watchdog.tell_too(partial(_last_words, answered))
    failed: list[BaseException] = []
    worker = threading.Thread(target=_live_worlds, args=(given, answered, enough, shrink_s, failed))
    worker.start()
    worker.join()
    if failed:
        raise failed[0]


def _live_worlds(
    given: Any, answered: Any, enough: Any, shrink_s: float, failed: list[BaseException]
) -> None:
    try:
        _prepare()
        with central_host() as host:
            for _ in range(WORLDS_A_LIFE):
                if (task := _next(given, enough)) is None:
                    break
                verdict = _judged(run_seed(*task, host), host)
                if verdict.violation is not None and shrink_s > 0:
                    answered.put(_Found(verdict))
                    verdict = _shortest(verdict, host, seconds=shrink_s)
                answered.put(verdict)
    except BaseException as error:  # noqa: BLE001 - it is raised where this thread is waited for
        answered.put(_Failed(f"a worker of the simulation failed: {type(error).__name__}: {error}"))
        failed.append(error)
