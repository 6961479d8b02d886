"""What befalls the office and the line while tills live and die."""

import random
import threading
import time

from tests.simulation.processes.office import Office
from tests.simulation.processes.tally import Tally
from tests.simulation.processes.wire import ROUGH, Weather, Wire

CALM_S = (0.3, 2.0)
ROUGH_S = (0.1, 1.2)


def change_weather(wire: Wire, over: threading.Event, seed: str) -> None:
    """Let fair and rough weather follow each other until it is over; in the end it is fair."""
    chance = random.Random(seed)
    while not over.wait(chance.uniform(*CALM_S)):
        wire.change(chance.choice(ROUGH))
        over.wait(chance.uniform(*ROUGH_S))
        wire.change(Weather.FAIR)
    wire.change(Weather.FAIR)


def kill_office(office: Office, tally: Tally, *, every: int, until: int, seed: str) -> None:
    """Kill a part of central each time ``every`` other kills have passed, and wait until it is back."""
    chance = random.Random(seed)
    due = tally.total() + chance.randint(1, every)
    while tally.goes_on(until):
        if tally.total() < due:
            time.sleep(0.02)
            continue
        if office.kill(chance) is None:
            continue
        # Tills go on being killed meanwhile: what they scan now is scanned without an office.
        office.come_back()
        due = tally.total() + chance.randint(1, 2 * every)
