"""Central's processes as victims: found, killed, and waited for until central answers again."""

import os
import random
import signal
import time
import urllib.error
import urllib.request
from enum import StrEnum

from tests.builders.central_process import CentralProcess
from tests.simulation.processes.nursery import children_of, command_line_of
from tests.simulation.processes.tally import Tally

BACK_S = 90.0
"""How long central may take until it answers again, recovery of PostgreSQL included."""
SURVIVE_S = 8.0
"""How long central is watched after one of its parts was killed, before it counts as having survived."""
_POLL_S = 0.05


class Part(StrEnum):
    """What of central is killed."""

    WORKER = "central worker"
    MAIN = "central main process"
    BACKEND = "PostgreSQL backend"
    AUXILIARY = "PostgreSQL auxiliary process"
    POSTMASTER = "PostgreSQL postmaster"
    SUPERVISOR = "PostgreSQL supervisor"


WEIGHTS = {
    Part.WORKER: 10,
    Part.BACKEND: 6,
    Part.AUXILIARY: 1,
    Part.MAIN: 2,
    Part.POSTMASTER: 2,
    Part.SUPERVISOR: 1,
}


class Office:
    """A running central on its own PostgreSQL, that survives its parts as a service manager would let it."""

    def __init__(self, central: CentralProcess, tally: Tally) -> None:
        """Take a started central."""
        self.central = central
        self._tally = tally

    def kill(self, chance: random.Random) -> Part | None:
        """Kill one part by lot, and return which; None when none of that kind lived just now."""
        part = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        victims = self._victims()[part]
        if not victims:
            return None
        try:
            os.kill(chance.choice(victims), signal.SIGKILL)
        except ProcessLookupError:
            return None
        self._tally.killed(part, "under load")
        return part

    def come_back(self) -> None:
        """Wait until central answers; start it where it has ended, as a service manager would."""
        deadline = time.monotonic() + BACK_S
        began = False
        while time.monotonic() < deadline:
            if self.central.process.poll() is not None:
                self._tally.event("central started again by its service manager")
                self.central.restart()
                began = True
            if self._healthy():
                return
            time.sleep(_POLL_S)
        self._tally.violated(f"central does not answer {BACK_S:.0f} s after a kill (started anew: {began})")

    def _healthy(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.central.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _victims(self) -> dict[Part, list[int]]:
        main = self.central.process.pid
        found: dict[Part, list[int]] = {part: [] for part in Part}
        found[Part.MAIN] = [main]
        for child in children_of(main):
            line = command_line_of(child)
            if "supervisor.py" in line:
                found[Part.SUPERVISOR].append(child)
            elif "worker-" in line or "spawn_main" in line:
                found[Part.WORKER].append(child)
        for supervisor in found[Part.SUPERVISOR]:
            found[Part.POSTMASTER] += children_of(supervisor)
        for postmaster in found[Part.POSTMASTER]:
            for child in children_of(postmaster):
                kind = Part.BACKEND if "[local]" in command_line_of(child) else Part.AUXILIARY
                found[kind].append(child)
        return found
