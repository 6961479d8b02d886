"""A till at work: real files, real threads, the real clock."""

from sync.protocol.keys import SigningKey
from sync.protocol.payloads import SessionOpened
from sync.till.agent.agent import Agent
from sync.till.agent.board import SyncState
from sync.till.agent.enrolled import enrolled
from sync.till.agent.threads import AgentThreads
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.home import TillHome
from sync.till.http_office import Credentials, HttpOffice
from sync.till.journal.entries import Committed, Entry
from sync.till.on_the_spot import OnTheSpot
from sync.till.till import Till
from sync.till.worker import Files
from tests.builders.patience import LONG_S


class WorkingTill:
    """An enrolled home with its agent, its own files' thread and the way to ask on the spot, all at work."""

    def __init__(self, home: TillHome, *, poll_ms: int = 200, reaching_out: bool = True) -> None:
        """``reaching_out=False`` is a till whose line is down: its agent says nothing before :meth:`reach_out`."""
        self.files = Files()
        self.till = self.files.call(lambda: Till.open(home))
        who = enrolled(self.till)
        clock, randomness = SystemClock(), SystemRandomness()
        self.office = HttpOffice(
            who.central_url,
            clock=clock,
            randomness=randomness,
            credentials=Credentials(
                network=who.network,
                till=who.till,
                incarnation=who.incarnation,
                key=SigningKey(self.till.secrets.signing_seed),
            ),
        )
        agent = Agent(
            self.till,
            self.files,
            self.office,
            clock=clock,
            randomness=randomness,
            app_version="1",
            poll_ms=poll_ms,
        )
        self.states: list[SyncState] = []
        self.threads = AgentThreads(agent, on_change=self.states.append, break_off=self.office.break_off)
        self.spot = OnTheSpot(agent)
        if reaching_out:
            self.reach_out()

    def reach_out(self) -> None:
        """Let the agent begin to talk to the office."""
        self.threads.start()

    def commit(self, *entries: Entry) -> list[Committed]:
        """Record entries (without any: a cashier signs in), and tell the agent as the counter does."""
        work = list(entries) or [Entry(payload=SessionOpened(method="pin"))]
        done = self.files.call(lambda: self.till.journal.commit(work))
        self.threads.nudge()
        return done

    def wait_until(self, unsettled: int) -> SyncState:
        """Wait for a state, as a screen does; the long limit is only there to end a test that fails."""
        board = self.threads.agent.board
        with board.changed:
            assert board.changed.wait_for(lambda: board.read().unsettled == unsettled, LONG_S)
        return board.read()

    def close(self) -> None:
        self.spot.close(LONG_S)
        assert self.threads.stop(LONG_S)
        self.files.call(self.till.close)
        self.files.close()
        self.office.close()
