"""One machine at a counter: its disk, its clocks, and the till's shipping modules while its process lives."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pos_app.usecases.counter import Counter
from pos_app.usecases.desk import Desk
from sync.rules.user_error import UserError
from sync.till.agent.agent import Agent
from sync.till.enrol import Machine as Ports
from sync.till.enrol import enrol
from sync.till.home import TillHome
from sync.till.http_office import Credentials, HttpOffice
from sync.till.on_the_spot import OnTheSpot
from sync.till.sqlcipher import Error
from sync.till.till import Till
from sync.till.worker import CALL_TIMEOUT_S, DirectFiles
from tests.simulation.disk.disk import Disk, Fault
from tests.simulation.link import LINKS, Link, OnCall
from tests.simulation.timeline import MachineClock, Stream, Timeline

T = TypeVar("T")

VERSION = "simulated"
PLENTY = 1 << 40


class MachineDied(BaseException):
    """The till's process ends here. A ``BaseException``, as no shipping code may catch and survive it."""


class Killer(OnCall):
    """Ends a till's process at the ``after``-th call of one of its ports (-1: not at all)."""

    def __init__(self) -> None:
        self.after = -1
        self.fell = ""

    def point(self, where: str) -> None:
        """Note a call; end the process when its time has come."""
        if self.after < 0:
            return
        if self.after == 0:
            self.after = -1
            self.fell = where
            raise MachineDied(where)
        self.after -= 1


class _WatchedFiles(DirectFiles):
    """The shipping stand-in for the files' thread, with a call before and after each piece of work."""

    def __init__(self, killer: Killer) -> None:
        self._killer = killer

    def call(self, work: Callable[[], T], timeout_s: float = CALL_TIMEOUT_S) -> T:
        self._killer.point("before work on the files")
        done = super().call(work, timeout_s)
        self._killer.point("after work on the files")
        return done


@dataclass(slots=True)
class Process:
    """What lives while the till runs, and is gone when it ends."""

    till: Till
    office: HttpOffice
    agent: Agent
    spot: OnTheSpot
    counter: Counter


@dataclass(slots=True)
class Machine:
    """A computer. ``till_id`` and ``incarnation`` are who it is for central (0 before enrolment)."""

    name: str
    folder: Path
    disk: Disk
    clock: MachineClock
    link: Link
    timeline: Timeline
    chance: random.Random
    till_id: int = 0
    till_name: str = ""
    restaurant: int = 0
    process: Process | None = None
    killer: Killer = field(default_factory=Killer)
    openings: int = 0
    capacity_low: bool = False
    offline: bool = False
    gone: bool = False
    """Lost, stolen or burnt: it never comes back, and nothing that only it knew does."""
    betrayed: bool = False
    """Its disk has lost power after it had called something synced that was not."""
    anchored_in: str = ""
    """The boot in which central has told this machine the time, as the checker knows."""
    contacts_seen: int = 0
    unsure: bool = False
    """It has read in what another machine had been told by central, and has not spoken with central since."""
    faults: set[str] = field(default_factory=set)
    """What has happened to this machine that excuses it from the plain form of an invariant."""

    @property
    def home(self) -> TillHome:
        """Return the till's folder."""
        return TillHome(self.folder / "home")

    @property
    def running(self) -> bool:
        """Whether the till's process lives."""
        return self.process is not None

    def announce(self) -> None:
        """Let exchanges find this machine's line by its name."""
        self.link.on_call = self.killer
        LINKS[self.link.name] = self.link

    def new_disk(self) -> None:
        """Give the machine another disk, with what lies in its folder now."""
        self.disk = Disk(self.folder, f"{self.name}/{self.openings}", loses=self.disk.loses)
        self.anchored_in = ""

    def close(self) -> None:
        """Take the machine away: its process, its line and its disk."""
        process, self.process = self.process, None
        if process is not None:
            _let_go(process)
        LINKS.pop(self.link.name, None)
        self.disk.close()

    def enrol(self, code: str) -> None:
        """Make a till of this machine, as ``python -m pos_app enrol`` does; raises ``UserError``."""
        ports = Ports(clock=self.clock, randomness=self._stream(), pause=self._pause)
        enrolled = enrol(self.home, code=code, central=self.link.url, app_version=VERSION, machine=ports)
        self.till_id, self.till_name = enrolled.identity.till, enrolled.identity.till_name
        self.restaurant = enrolled.identity.restaurant

    def start(self) -> Process:
        """Start the till's process, as ``bootstrap`` wires it, on one thread; raises ``UserError``."""
        stream = self._stream()
        till = Till.open(self.home, clock=self.clock, randomness=stream, free_bytes=self.free_bytes)
        try:
            self.process = self._wire(till, stream)
        except BaseException:
            till.close()
            raise
        return self.process

    def stop(self) -> None:
        """End the till's process in good order."""
        process = self.process
        if process is not None:
            # It may die of this too: then what it holds is given back by :meth:`die`.
            process.agent.close()
            process.office.close()
            process.till.close()
        self.process = None

    def die(self, *, power: bool) -> None:
        """End the till's process without warning: as by SIGKILL, or as by a power cut that takes unsynced data."""
        process, self.process = self.process, None
        self.killer.after = -1
        if sum(self.disk.struck.values()):
            # What a failing disk has not taken (the time's marks, for one) a new process does not know.
            self.anchored_in = ""
        if not power:
            self.disk.kill()
        else:
            self.disk.down = True
        if process is not None:
            _let_go(process)
        # What a sync had only said to be on the disk goes with the power, and with what a failed sync drops.
        self.betrayed |= self.disk.lied and (power or bool(self.disk.struck[Fault.SYNC_LOST]))
        if power:
            self.disk.crash()
            self.clock.reboot()

    def fell(self) -> bool:
        """Whether the disk has lost its power under the running process; then the machine must :meth:`die`."""
        return self.disk.down

    def free_bytes(self) -> int:
        """Return how much room the till is told."""
        self.killer.point("asking for free space")
        return 1024 if self.capacity_low else PLENTY

    def _wire(self, till: Till, stream: "KillingStream") -> Process:
        identity = till.identity
        if identity is None:
            raise UserError("not_enrolled", "This till is not enrolled yet.")
        self.till_id, self.till_name = identity.till, identity.till_name
        self.restaurant = identity.restaurant
        files = _WatchedFiles(self.killer)
        office = HttpOffice(
            self.link.url,
            clock=self.clock,
            randomness=stream,
            credentials=Credentials(
                network=identity.network,
                till=identity.till,
                incarnation=identity.incarnation,
                key=till.signing_key,
            ),
        )
        agent = Agent(
            till, files, office, clock=self.clock, randomness=stream, app_version=VERSION, poll_ms=0
        )
        spot = OnTheSpot(agent, workers=0)
        desk = Desk(
            till=till,
            identity=identity,
            files=files,
            spot=None if self.offline else spot,
            language="en",
            committed=agent.nudge,
        )
        return Process(till, office, agent, spot, Counter(desk))

    def _stream(self) -> "KillingStream":
        self.openings += 1
        return KillingStream(f"{self.name}/{self.openings}", self.killer)

    def _pause(self, seconds: float) -> None:
        self.timeline.advance(int(seconds * 1000))


class KillingStream(Stream):
    """Randomness that is also a place at which a process can end: inside the till's own work."""

    def __init__(self, seed: str, killer: Killer) -> None:
        super().__init__(seed)
        self._killer = killer

    def take(self, count: int) -> bytes:
        """Return ``count`` bytes."""
        self._killer.point("taking random bytes")
        return super().take(count)


def _let_go(process: Process) -> None:
    """Give back what a dead process held in this one: handles and the lock of its folder."""
    try:
        process.office.close()
        process.till.close()
    except (UserError, Error, OSError):
        # The dead write nothing: whatever they try on their way out fails.
        return
