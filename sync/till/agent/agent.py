"""The agent: everything that a till does to stay in step with central, as steps without threads or clocks.

Three duties, none of which waits for another: upload, download, contact. Real tills run each on a thread
(:mod:`sync.till.agent.threads`), the simulation calls :meth:`Agent.step`.
"""

from collections.abc import Callable
from functools import partial

from sync.protocol.feed import MAX_WAIT_MS
from sync.rules.user_error import UserError
from sync.till.agent.backoff import Backoff
from sync.till.agent.board import Board, SyncState
from sync.till.agent.contact import Contacts
from sync.till.agent.download import Download
from sync.till.agent.duty import Duty, Round
from sync.till.agent.enrolled import enrolled
from sync.till.agent.lives import Lives
from sync.till.agent.operations import Operations
from sync.till.agent.upload import Upload
from sync.till.clock import Clock, Randomness
from sync.till.office import Office
from sync.till.till import Till
from sync.till.worker import FilesPort


class Agent:
    """The duties of one enrolled till, and what they share."""

    def __init__(
        self,
        till: Till,
        files: FilesPort,
        office: Office,
        *,
        clock: Clock,
        randomness: Randomness,
        app_version: str,
        poll_ms: int = MAX_WAIT_MS,
    ) -> None:
        """``poll_ms``: how long central may hold the line open; 0 where one thread does everything.

        Raises ``UserError("not_enrolled")``.
        """
        enrolled(till)
        self.office = office
        self.board = Board(on_back=self.retry_now)
        self.operations = Operations(till, files, clock)
        self.upload = Upload(till, files, office, self.board)
        self.download = Download(till, files, office, self.board, clock=clock, poll_ms=poll_ms)
        self.contacts = Contacts(
            till,
            files,
            office,
            self.board,
            self.operations,
            clock=clock,
            lives=Lives(till, files, office, randomness, app_version=app_version),
            on_news=self.nudge,
        )
        self.contacts.on_low = self.contact_now
        self.download.on_call = self.contact_now
        self.upload.on_relist = self.contact_now
        self.upload.on_settled = self.contacts.look_for_low
        plan = partial(Round, board=self.board, clock=clock)
        self.rounds: dict[str, Round] = {
            duty.name: plan(duty, backoff=Backoff(randomness))
            for duty in (self.upload, self.contacts, self.download)
        }
        self.on_nudge: Callable[[str], None] | None = None

    def step(self) -> int:
        """Do every duty that is due, once; return after how many milliseconds the next one is due."""
        for each in self.rounds.values():
            if each.wait_ms() == 0:
                each.step()
        return min(each.wait_ms() for each in self.rounds.values())

    def state(self) -> SyncState:
        """Return how the till stands with central; never waits."""
        return self.board.read()

    def nudge(self) -> None:
        """Say that something was committed: the upload starts at once. Never waits."""
        self._nudge(self.upload)

    def contact_now(self) -> None:
        """Say that central has something for this till, or this till a want: contact is made at once. Never waits."""
        self._nudge(self.contacts)

    def retry_now(self) -> None:
        """Try everything again at once, whatever failed before."""
        for name, each in self.rounds.items():
            each.retry_now()
            self._notice(name)

    def settled(self) -> bool:
        """Whether central has every event, and every question asked on the spot has its answer."""
        self.upload.glance()
        return self.state().unsettled == 0 and not self.operations.unanswered()

    def heard(self) -> None:
        """Note that central answered somebody outside the duties."""
        self.board.heard(self.contacts.name)

    def missed(self, error: UserError) -> None:
        """Note that somebody outside the duties had no answer; contact soon finds out how things stand."""
        self.board.missed(self.contacts.name, error)
        self.contact_now()

    def close(self) -> None:
        """Put aside what is unfinished. Nothing may be stepped any more."""
        self.download.close()

    def _nudge(self, duty: Duty) -> None:
        self.rounds[duty.name].nudge()
        self._notice(duty.name)

    def _notice(self, name: str) -> None:
        if self.on_nudge is not None:
            self.on_nudge(name)
