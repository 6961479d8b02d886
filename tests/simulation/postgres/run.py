"""Seeds of lane 3, one after another on one killable PostgreSQL."""

import asyncio
import logging
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.builders.postgres import enterable_place
from tests.simulation import central_host, link, registry, seed
from tests.simulation.central_host import CentralHost
from tests.simulation.postgres.cluster import HardCluster
from tests.simulation.postgres.hard_host import HardHost
from tests.simulation.postgres.steps import LANE, MOMENTS, open_lane
from tests.simulation.seed import Plan, Verdict
from tests.simulation.world import World, begin

SEEDS_A_CLUSTER = 25
"""After so many worlds a fresh database: what is restored grows with every world that was in it."""


def run_seed(number: int, host: HardHost, plan: Plan | None = None) -> Verdict:
    """Run one world; PostgreSQL is whole again afterwards, whatever became of it."""
    host.cluster.take_base()
    host.epoch_is_new = False
    host.fell.clear()
    MOMENTS.pop(number, None)
    kills = host.cluster.kills
    try:
        verdict = seed.run_seed(number, LANE, host, plan)
    finally:
        host.plan.kill_after = -1
        host.on_fall = _nobody
    verdict.kills.update(host.fell)
    verdict.tally["PostgreSQL killed"] += host.cluster.kills - kills
    return verdict


def run(first: int, seeds: int, *, minutes: float, below: Path | None = None) -> dict[str, Any]:
    """Run seeds until one fails or the time is up; plain data."""
    _prepare()
    begun_s = time.monotonic()
    done: list[Verdict] = []
    number = first
    stop = threading.Event()
    # The world that is under way is finished: half a world is no figure.
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        while number < first + seeds and not stop.is_set():
            with hard_host(below) as host:
                for _ in range(min(SEEDS_A_CLUSTER, first + seeds - number)):
                    done.append(run_seed(number, host))
                    number += 1
                    if done[-1].violation is not None or time.monotonic() - begun_s > minutes * 60:
                        stop.set()
                    if stop.is_set():
                        break
    finally:
        signal.signal(signal.SIGINT, before)
    return _told(done, first, seconds=time.monotonic() - begun_s)


@contextmanager
def hard_host(below: Path | None = None) -> Iterator[HardHost]:
    """Start a killable PostgreSQL in a folder of its own, and central on it."""
    with ExitStack() as stack:
        stack.enter_context(enterable_place())
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="countersign-hard-", dir=below, ignore_cleanup_errors=True)
        )
        Path(folder).chmod(0o755)
        cluster = HardCluster(Path(folder))
        stack.callback(cluster.close)
        asyncio.run(central_host._lay_time(cluster.server.dsn))
        host = HardHost(cluster)
        stack.callback(host.close)
        yield host


def _prepare() -> None:
    os.environ["COUNTERSIGN_KEYRING"] = "file"
    logging.getLogger("sync").propagate = False
    link.lay_lines()
    registry.load()
    open_lane()
    seed.begin = _begin  # type: ignore[attr-defined, assignment]  # the worlds of this lane have writers to drop


def _begin(number: int, lane: int, host: CentralHost) -> World:
    world = begin(number, lane, host)
    if not isinstance(host, HardHost):
        raise TypeError("this lane needs a PostgreSQL that can be killed")

    def drop_writers() -> None:
        """What was not committed is gone with its connection."""
        while world.held:
            try:
                world.held.pop().abandon()
            except Exception:  # noqa: BLE001 - a dead connection refuses in many ways
                continue

    host.on_fall = drop_writers
    return world


def _nobody() -> None:
    """No world is there whose writers could be dropped."""


def _told(done: list[Verdict], first: int, *, seconds: float) -> dict[str, Any]:
    kills, faults = Counter[str](), Counter[str]()
    for verdict in done:
        kills += verdict.kills
        faults += verdict.tally
    return {
        "lane": LANE,
        "seeds": len(done),
        "first_seed": first,
        "kills": dict(kills.most_common()),
        "kills_total": faults.pop("PostgreSQL killed", 0),
        "restores": faults.get("central put back to a moment", 0),
        "faults": dict(faults.most_common()),
        "steps": sum(verdict.steps for verdict in done),
        "too_short": sum(not verdict.counts for verdict in done),
        "events": sum(verdict.events for verdict in done),
        "events_acknowledged": sum(verdict.acknowledged for verdict in done),
        "losses": sum(verdict.invariant.startswith("1 ") for verdict in done),
        "violations": [
            {
                "sentence": verdict.violation,
                "replay": f"python -m tests.simulation.postgres --seeds 1 --first {verdict.seed}",
                "story": verdict.story[-12:],
            }
            for verdict in done
            if verdict.violation is not None
        ],
        "seconds": round(seconds, 1),
    }
