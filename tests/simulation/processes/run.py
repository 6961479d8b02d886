"""A run of lane 4: rounds of kills, each healed and checked, on real processes only."""

import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.builders.central_process import CentralProcess, start_central
from tests.simulation.processes.errands import Errands
from tests.simulation.processes.leftovers import complaints, processes_of
from tests.simulation.processes.life import Lives
from tests.simulation.processes.nursery import Nursery, open_nursery
from tests.simulation.processes.office import Office
from tests.simulation.processes.promise import Promise
from tests.simulation.processes.scene import Scene
from tests.simulation.processes.tally import Tally
from tests.simulation.processes.trouble import change_weather, kill_office
from tests.simulation.processes.wire import Wire, open_wire, port_of

LANE = 4
KILLS_A_ROUND = 100
MAX_MINUTES = 30.0
WORKERS = 2
ENDED_S = 20.0
"""How long the parts of a killed central may take to end."""


def run(
    kills: int,
    seed: int,
    *,
    tills: int = 4,
    minutes: float = MAX_MINUTES,
    below: Path | None = None,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Kill ``kills`` processes, heal, check; return what happened as plain data.

    The seed decides what is scanned, what is killed after how long, and the weather; at which instruction
    a kill falls is up to the machine, so that a replay meets the same plan, not the same interleaving.
    """
    tally = Tally(kills, tell=tell)
    began_s = time.monotonic()
    deadline_s = began_s + minutes * 60
    folder = Path(tempfile.mkdtemp(prefix="countersign-processes-", dir=below))
    # The round that is under way ends, heals and is checked; then no other begins.
    before = signal.signal(signal.SIGINT, lambda *_: tally.stopped.set())
    try:
        _play(folder, tally, seed=seed, tills=tills, deadline_s=deadline_s)
    finally:
        signal.signal(signal.SIGINT, before)
        left = processes_of(folder)
    if left:
        tally.violated(f"processes are left behind: {left}")
    if not tally.violations:
        shutil.rmtree(folder, ignore_errors=True)
    return _result(
        tally, kills=kills, seed=seed, tills=tills, seconds=time.monotonic() - began_s, kept=folder
    )


def _play(folder: Path, tally: Tally, *, seed: int, tills: int, deadline_s: float) -> None:
    with ExitStack() as stack:
        central = start_central(folder, workers=WORKERS)
        stack.callback(central.close)
        scene = Scene(central, folder, f"{seed}/scene")
        wire = stack.enter_context(open_wire(port_of(central.url), tally, f"{seed}/wire"))
        nursery = stack.enter_context(open_nursery(folder / "zygote.log", []))
        scene.add_codes(_share(tally.budget))
        scene.enrol(tills, wire.url)
        errands = Errands(scene.network, wire.url, tally, f"{seed}/errands")
        number = 0
        while tally.goes_on(tally.budget) and time.monotonic() < deadline_s:
            until = min(tally.budget, tally.total() + KILLS_A_ROUND)
            with errands, _trouble(central, wire, tally, until=until, seed=f"{seed}/{number}"):
                _live(scene, nursery, tally, until=until, seed=f"{seed}/{number}")
            if tally.total() < tally.budget:
                # Before all tills settle, so that they know the next round's codes.
                scene.add_codes()
            Promise(scene, nursery, tally).check()
            errands.check()
            _check_orphans(nursery, central, tally)
            number += 1
        tally.event("rounds", number)
        for answer in (answer for home in scene.homes for answer in home.said):
            tally.answered(answer)
        for complaint in complaints(folder):
            tally.violated(complaint)


@contextmanager
def _trouble(central: CentralProcess, wire: Wire, tally: Tally, *, until: int, seed: str) -> Iterator[None]:
    """Let the office be killed and the weather change; afterwards both are well again."""
    over = threading.Event()
    office = Office(central, tally)
    weather = threading.Thread(target=change_weather, args=(wire, over, f"{seed}/weather"), name="weather")
    every = max(4, min(9, (until - tally.total()) // 4))
    killer = threading.Thread(
        target=kill_office,
        args=(office, tally),
        kwargs={"every": every, "until": until, "seed": f"{seed}/office"},
        name="killer",
    )
    weather.start()
    killer.start()
    try:
        yield
    finally:
        killer.join()
        over.set()
        weather.join()
        office.come_back()


def _live(scene: Scene, nursery: Nursery, tally: Tally, *, until: int, seed: str) -> None:
    """Let all tills live and die at the same time."""

    def one(number: int) -> None:
        try:
            Lives(scene, scene.homes[number], nursery, tally, f"{seed}/till{number}").go_on(until)
        except BaseException:
            # The others would wait for kills that this one no longer brings.
            tally.stopped.set()
            raise

    with ThreadPoolExecutor(len(scene.homes)) as pool:
        list(pool.map(one, range(len(scene.homes))))


def _check_orphans(nursery: Nursery, central: CentralProcess, tally: Tally) -> None:
    deadline = time.monotonic() + ENDED_S
    while orphans := nursery.orphans(central.process.pid):
        if time.monotonic() > deadline:
            tally.violated(f"killed processes left children behind: {orphans}")
            return
        time.sleep(0.05)


def _share(kills: int) -> float:
    """Return how many of the usual codes a short run needs."""
    return min(1.0, max(0.15, kills / KILLS_A_ROUND))


def _result(tally: Tally, *, kills: int, seed: int, tills: int, seconds: float, kept: Path) -> dict[str, Any]:
    replay = f"python -m tests.simulation.processes --kills {kills} --seed {seed} --tills {tills}"
    return {
        "lane": LANE,
        "seeds": 1,
        "first_seed": seed,
        "tills": tills,
        "kills": dict(sorted(tally.kills.items())),
        "kills_total": tally.total(),
        "kills_by_phase": dict(sorted(tally.phases.items())),
        "faults": dict(sorted(tally.faults.items())),
        "events_acknowledged": tally.acknowledged,
        "answers": dict(sorted(tally.answers.items())),
        "losses": tally.events.pop("losses", 0),
        "counts": dict(sorted(tally.events.items())),
        "violations": [
            {"sentence": sentence, "replay": replay, "files": str(kept)} for sentence in tally.violations
        ],
        "seconds": round(seconds, 1),
    }
