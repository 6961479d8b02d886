"""Five hundred tills come back at once after a day offline, each with its own signed journal, over HTTP.

Real central in two processes on its embedded PostgreSQL; the tills' journals are written by the modules that
ship, each till signs in with its own key, hands over its batch through the shipping client, and backs off as a
till does when central says "later". All on this machine: the load generator takes its share of the cores.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

from sync.protocol.contact import Contact
from sync.rules.user_error import UserError
from sync.till.agent.backoff import Backoff
from sync.till.clock import SystemRandomness
from sync.till.office import Unreachable
from tests.bench.fleet import Fleet, FleetTill, a_fleet
from tests.bench.measurement import Measurement
from tests.bench.timing import MS_PER_S, percentile

TILLS, EVENTS, WORKERS = 500, 200, 2
LIMIT_S = 60
GIVEN_UP_S = 300
STACK_BYTES = 256 * 1024


def run() -> list[Measurement]:
    """Measure one storm; about a minute, most of it enrolling."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as place:
        print(f"  enrolling {TILLS} tills", file=sys.stderr, flush=True)
        with a_fleet(Path(place), TILLS, workers=WORKERS) as fleet:
            for number, till in enumerate(fleet.tills):
                till.pen.day(EVENTS, fleet.codes, fleet.campaign, Random(number))
            alone_s = _alone(fleet)
            print("  all tills at once", file=sys.stderr, flush=True)
            storm = _Storm()
            whole_s = storm.run(fleet.tills[1:])
            _check(fleet, storm)
            events = (TILLS - 1) * EVENTS
            return [
                Measurement(
                    name="storm.longest_wait", value=max(storm.waits_s), unit="s", goal=f"≤ {LIMIT_S} s, no error",
                    reference=alone_s, ratio=max(storm.waits_s) / alone_s,
                    note=f"{TILLS - 1} tills with {EVENTS} events each: median {median(storm.waits_s):.1f} s, p99 "
                    f"{percentile(storm.waits_s, 99):.1f} s, told “later” {storm.told['later']} times, errors "
                    f"{storm.told['error']}; beside: one till alone",
                ),
                Measurement(
                    name="storm.events", value=events / whole_s, unit="events/s", goal="all settled",
                    note="over HTTP in two processes, signed in, verified, applied, contact included",
                ),
            ]  # fmt: skip


class _Storm:
    """Tills that start together; what each waited for its acknowledgement."""

    def __init__(self) -> None:
        self.waits_s: list[float] = []
        self.told: Counter[str] = Counter()
        self.problems: list[UserError] = []
        self._lock = threading.Lock()

    def run(self, tills: list[FleetTill]) -> float:
        """Let all of them go at once; return how many seconds it took."""
        threading.stack_size(STACK_BYTES)
        gate = threading.Barrier(len(tills) + 1)
        threads = [threading.Thread(target=self._settle, args=(till, gate)) for till in tills]
        for thread in threads:
            thread.start()
        gate.wait()
        begun = time.perf_counter()
        for thread in threads:
            thread.join()
        threading.stack_size(0)
        return time.perf_counter() - begun

    def _settle(self, till: FleetTill, gate: threading.Barrier) -> None:
        gate.wait()
        begun = time.perf_counter()
        try:
            _settle(till, self._later)
        except UserError as error:
            with self._lock:
                self.told["error"] += 1
                self.problems.append(error)
            return
        with self._lock:
            self.waits_s.append(time.perf_counter() - begun)

    def _later(self) -> None:
        with self._lock:
            self.told["later"] += 1


def _settle(till: FleetTill, later: Callable[[], None]) -> None:
    """Hand everything over, then be in contact; back off as the agent does."""
    backoff, ends = Backoff(SystemRandomness()), time.perf_counter() + GIVEN_UP_S
    steps: list[Callable[[], object]] = [
        lambda: till.office.journal(till.pen.batches(EVENTS)[0]),
        lambda: till.office.contact(
            Contact(incarnation=till.pen.incarnation, app_version="1", last_seq=EVENTS, unsettled=0)
        ),
    ]
    while steps:
        try:
            steps[0]()
        except Unreachable as error:
            if time.perf_counter() > ends:
                raise
            later()
            time.sleep(
                max(backoff.failed(), backoff.named(error.retry_ms) if error.retry_ms else 0) / MS_PER_S
            )
            continue
        backoff.succeeded()
        del steps[0]


def _alone(fleet: Fleet) -> float:
    begun = time.perf_counter()
    _settle(fleet.tills[0], lambda: None)
    return time.perf_counter() - begun


def _check(fleet: Fleet, storm: _Storm) -> None:
    """Central must hold every event, applied, without a case, and its limits must add up."""
    central, network = fleet.network.central, fleet.network.id
    (held,) = central.rows(
        """SELECT count(*) FILTER (WHERE applied) AS applied, count(*) AS held,
            (SELECT count(*) FROM cases WHERE network_id = $1) AS cases FROM events WHERE network_id = $1""",
        network,
    )
    if storm.problems or held != {"applied": TILLS * EVENTS, "held": TILLS * EVENTS, "cases": 0}:
        message = f"not all settled: {held}, {[str(problem) for problem in storm.problems[:3]]}"
        raise RuntimeError(message)
    if fleet.network.broken_limits():
        message = "a limit's units do not add up"
        raise RuntimeError(message)
