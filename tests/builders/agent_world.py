"""One enrolled till with its agent, beside a small central on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.protocol.keys import SigningKey
from sync.protocol.payloads import SessionOpened
from sync.till.agent.agent import Agent
from sync.till.agent.enrolled import enrolled
from sync.till.enrol import Machine, enrol
from sync.till.home import TillHome
from sync.till.http_office import Credentials, HttpOffice
from sync.till.journal.entries import Committed, Entry
from sync.till.till import Till
from sync.till.worker import DirectFiles
from tests.builders.hand_clock import CountedRandomness, HandClock
from tests.builders.small_central import ENROLMENT_CODE, SmallCentral
from tests.builders.talking_server import TalkingServer, talking_server

MANY_STEPS = 200


@dataclass(kw_only=True)
class World:
    """Everything is stepped by hand, on one thread."""

    central: SmallCentral
    server: TalkingServer
    clock: HandClock
    till: Till
    office: HttpOffice
    agent: Agent

    def commit(self, count: int = 1) -> list[Committed]:
        """Record something, and tell the agent as the counter does."""
        committed = [
            each
            for number in range(count)
            for each in self.till.journal.commit([Entry(payload=SessionOpened(method="pin"), staff=number)])
        ]
        self.agent.nudge()
        return committed

    def settle_down(self) -> int:
        """Step until nothing is due at once; return the wait in milliseconds."""
        for _ in range(MANY_STEPS):
            wait_ms = self.agent.step()
            if wait_ms:
                return wait_ms
        message = "the agent never comes to rest"
        raise AssertionError(message)

    def pass_time(self, ms: int) -> None:
        """Let time pass, then do what has become due."""
        self.clock.go_on(ms)
        self.settle_down()


def machine(clock: HandClock, seed: str = "enrol") -> Machine:
    """Make the ports of a machine on which nothing is tried twice by itself."""
    return Machine(clock=clock, randomness=CountedRandomness(seed), pause=None)


@contextmanager
def opened(
    home: TillHome, central: SmallCentral, server: TalkingServer, clock: HandClock, seed: str = "agent"
) -> Iterator[World]:
    """Open a home that is enrolled already, with an agent that has done nothing yet."""
    till = Till.open(home, clock=clock, randomness=CountedRandomness(seed))
    try:
        who = enrolled(till)
        office = HttpOffice(
            who.central_url,
            clock=clock,
            randomness=CountedRandomness("office"),
            credentials=Credentials(
                network=who.network,
                till=who.till,
                incarnation=who.incarnation,
                key=SigningKey(till.secrets.signing_seed),
            ),
        )
        agent = Agent(
            till,
            DirectFiles(),
            office,
            clock=clock,
            randomness=CountedRandomness("chance"),
            app_version="1",
            poll_ms=0,
        )
        try:
            yield World(central=central, server=server, clock=clock, till=till, office=office, agent=agent)
        finally:
            agent.close()
            office.close()
    finally:
        till.close()


@contextmanager
def enrolled_world(folder: Path) -> Iterator[World]:
    """Enrol a till for real, then open it with its agent. Central knows one code, ``LUNCH-1`` (id 1)."""
    central = SmallCentral()
    central.publish(1, "LUNCH-1")
    clock = HandClock()
    central.now_ms = clock.wall_ms
    home = TillHome(folder / "till")
    with talking_server(central) as server:
        enrol(home, code=ENROLMENT_CODE, central=server.url, app_version="1", machine=machine(clock))
        server.heard.clear()
        with opened(home, central, server, clock) as world:
            yield world
