"""The lives of one till: started, given codes, and killed at a moment drawn by lot."""

import random
import signal
import time

from tests.simulation.processes.kiosk import Kiosk
from tests.simulation.processes.nursery import Nursery
from tests.simulation.processes.scene import Home, Scene
from tests.simulation.processes.tally import Tally

ANSWERS_S = 60.0
"""How long a busy machine may take for all answers of one life; no till is that slow."""
COLD_SHARE = 0.04
AMOUNT = "12.50"


class Lives:
    """Everything that one home goes through in a round. Runs on a thread of its own."""

    def __init__(self, scene: Scene, home: Home, nursery: Nursery, tally: Tally, seed: str) -> None:
        """``seed`` decides what is scanned and when the till is killed."""
        self._scene = scene
        self._home = home
        self._nursery = nursery
        self._tally = tally
        self._random = random.Random(seed)
        self._plans = {
            self._killed_starting: 2,
            self._killed_answering: 6,
            self._killed_settling: 3,
            self._killed_closing: 1,
            self._killed_syncing: 2,
            self._ends_well: 0.5,
        }

    def go_on(self, until: int) -> None:
        """Live and die until the run has had ``until`` kills."""
        while self._tally.goes_on(until):
            plan = self._random.choices(list(self._plans), list(self._plans.values()))[0]
            plan()

    def _killed_starting(self) -> None:
        """Killed while its files are opened or its first answers are made."""
        self._begin_and_kill(self._random.randint(3, 12), hear=0, pause_s=self._random.uniform(0.0, 0.25))

    def _killed_answering(self) -> None:
        """Killed among its answers: mostly between COMMIT and the next one."""
        given = self._random.randint(6, 40)
        heard = self._random.randint(1, given - 1)
        self._begin_and_kill(given, hear=heard, pause_s=self._random.uniform(0.0, 0.006))

    def _killed_settling(self) -> None:
        """Killed after all answers, while the agent talks to central."""
        given = self._random.randint(1, 15)
        self._begin_and_kill(given, hear=given, pause_s=self._random.uniform(0.0, 0.4))

    def _killed_closing(self) -> None:
        """Killed while it says farewell."""
        given = self._random.randint(1, 10)
        self._begin_and_kill(given, hear=given, pause_s=self._random.uniform(0.0, 0.3), close=True)

    def _killed_syncing(self) -> None:
        """Killed while it does nothing but settle."""
        kiosk = self._nursery.start(self._home.folder, "kiosk", "--sync-and-exit")
        time.sleep(self._random.uniform(0.02, 0.5))
        self._kill(kiosk, "till", "sync-and-exit")

    def _ends_well(self) -> None:
        given = self._random.randint(1, 10)
        kiosk = self._nursery.start(self._home.folder, *self._words())
        kiosk.send(self._scene.codes(self._random, given))
        status = kiosk.stop(ANSWERS_S)
        if status != 0:
            self._tally.violated(
                f"{self._home.folder.name} ended with {status} (None: not within {ANSWERS_S:.0f} s)"
            )
        self._home.said += kiosk.answers
        self._tally.event("tills that ended by themselves")

    def _begin_and_kill(self, given: int, *, hear: int, pause_s: float, close: bool = False) -> None:
        cold = self._random.random() < COLD_SHARE
        kiosk = self._nursery.start(self._home.folder, *self._words(), cold=cold)
        kiosk.send(self._scene.codes(self._random, given))
        if not kiosk.hear(hear, ANSWERS_S):
            self._tally.violated(
                f"{self._home.folder.name} gave {len(kiosk.answers)} of {hear} answers in {ANSWERS_S:.0f} s"
            )
        if close:
            kiosk.end_input()
        time.sleep(pause_s)
        self._kill(kiosk, "till (cold start)" if cold else "till", given=given, close=close)

    def _kill(self, kiosk: Kiosk, what: str, phase: str = "", *, given: int = 0, close: bool = False) -> None:
        status = kiosk.kill()
        self._home.said += kiosk.answers
        if status == -signal.SIGKILL:
            self._tally.killed(what, phase or _phase(given, len(kiosk.answers), close=close))
        elif status == 0 and (close or phase):
            # It had said farewell before the signal came.
            self._tally.event("tills that ended by themselves")
        else:
            self._tally.violated(f"{self._home.folder.name} ended by itself with status {status}")

    def _words(self) -> list[str]:
        offline = ["--offline"] if self._random.random() < 0.25 else []
        amount = ["--amount", AMOUNT] if self._random.random() < 0.8 else []
        return ["kiosk", *amount, *offline]


def _phase(given: int, answered: int, *, close: bool) -> str:
    """Say where the kill fell, by what the till had said."""
    if answered == 0:
        return "before its first answer"
    if answered < given:
        return "among its answers"
    return "at its farewell" if close else "after its answers"
