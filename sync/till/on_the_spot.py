"""Asking the office while the guest waits: one round trip with a bounded wait, safe against every outcome.

The cashier's wait is bounded even where a name look-up or a dead line blocks for longer, because the
question itself travels on a thread of its own. Whoever comes second, answer or time-out, finds that the
other has won: a grant that comes too late is handed to nobody and goes back.
"""

import logging
import queue
import threading
from uuid import UUID

from sync.protocol.leases import LeaseReply, LeaseRequest, LimitKind
from sync.rules.user_error import UserError
from sync.till.agent.agent import Agent
from sync.till.office import Refused, Unreachable

WAIT_MS = 800
MAX_QUEUED = 8
"""Questions that may wait for a free thread; beyond that the answer is at once: not now."""
WORKERS = 2
LATE_MS = 1_200
"""How much longer the question itself waits: an answer that is only a little late need not be asked for again."""
STORE_WAIT_S = 10.0
"""An answer that has arrived is being stored on disk: how much longer the cashier waits for that."""

log = logging.getLogger(__name__)


class _Question:
    """One question on its way: exactly one of answer and time-out gets to decide its fate."""

    def __init__(self, request: LeaseRequest, wait_ms: int) -> None:
        self.request = request
        self.wait_ms = wait_ms
        self.reply: LeaseReply | None = None
        self.done = threading.Event()
        self._lock = threading.Lock()
        self._decided = False

    def decide(self) -> bool:
        """Claim the outcome; only the first caller gets True."""
        with self._lock:
            first, self._decided = not self._decided, True
            return first

    def abandoned(self) -> bool:
        """Whether the outcome is claimed already."""
        with self._lock:
            return self._decided


class OnTheSpot:
    """Asks central for units that one sale may use. Ask from any thread but the files' own."""

    def __init__(self, agent: Agent, *, workers: int = WORKERS, wait_ms: int = WAIT_MS) -> None:
        """With ``workers=0`` questions are asked on the caller's own thread (simulation, tools).

        ``wait_ms`` is how long an answer is waited for where a question does not say it itself.
        """
        self._agent = agent
        self._wait_ms = wait_ms
        self._operations = agent.operations
        self._queue: queue.Queue[_Question | None] = queue.Queue(MAX_QUEUED)
        self._threads = [
            threading.Thread(target=self._work, name=f"on-the-spot-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def ask(
        self,
        kind: LimitKind,
        subject: int,
        guest: int = 0,
        *,
        units: int = 1,
        sale_bound: bool = False,
        wait_ms: int | None = None,
    ) -> LeaseReply | None:
        """Return central's answer, its grant stored durably; None when central did not answer in time.

        A granted lease is this sale's until it is spent or given to :meth:`release`.
        """
        request = self._operations.begin(kind, subject, guest=guest, units=units, sale_bound=sale_bound)
        if request is None:
            return None
        wait_ms = self._wait_ms if wait_ms is None else wait_ms
        question = _Question(request, wait_ms)
        if not self._threads:
            self._answer(question)
            return question.reply
        try:
            self._queue.put_nowait(question)
        except queue.Full:
            self._operations.strike_out(request)
            return None
        if not question.done.wait(wait_ms / 1000) and question.decide():
            # Nobody waits any more: from here on the agent may settle it at any time.
            self._operations.put_down(request.operation)
            return None
        # The answer came first. It is on its way to the disk, and what is on disk must be known here.
        question.done.wait(STORE_WAIT_S)
        return question.reply

    def release(self, lease: UUID) -> bool:
        """Give a lease back that its sale did not use; return whether it was still open."""
        given_back = self._operations.give_back(lease, "cancelled")
        if given_back:
            self._agent.nudge()
        return given_back

    def close(self, timeout_s: float) -> None:
        """Stop the threads; one that is stuck on a dead line is left to end with the process."""
        for _ in self._threads:
            try:
                self._queue.put(None, timeout=timeout_s)
            except queue.Full:
                return
        for thread in self._threads:
            thread.join(timeout_s)

    def _work(self) -> None:
        while True:
            question = self._queue.get()
            if question is None:
                return
            try:
                self._answer(question)
            except Exception:
                log.exception("asking on the spot failed")
            finally:
                question.done.set()

    def _answer(self, question: _Question) -> None:
        """Put one question to central and settle what comes of it; a failure is noted, not raised."""
        request = question.request
        if question.abandoned():
            self._operations.strike_out(request)
            return
        try:
            reply = self._agent.office.lease(request, wait_ms=question.wait_ms + LATE_MS)
            wanted = question.decide()
            self._operations.settle(request, reply, wanted=wanted)
        except UserError as error:
            self._note_failure(request, error)
            return
        if wanted:
            question.reply = reply
        else:
            self._agent.nudge()
        self._agent.heard()

    def _note_failure(self, request: LeaseRequest, error: UserError) -> None:
        """Strike a question out when nothing can come of it; else leave it to the agent to ask again."""
        never_heard = isinstance(error, Unreachable) and not error.sent
        if never_heard or isinstance(error, Refused):
            self._operations.strike_out(request)
        else:
            self._operations.put_down(request.operation)
        self._agent.missed(error)
