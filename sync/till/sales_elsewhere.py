"""Asking the office for a sale of another till while the guest waits: nothing is written, so nothing can be lost.

The wait is bounded even where a name look-up or a dead line blocks for longer, because the question travels on a
thread of its own; an answer that comes too late is nobody's.
"""

import queue
import threading

from sync.protocol.sales import SaleRequest, SalesReply
from sync.rules.user_error import UserError
from sync.till.agent.agent import Agent
from sync.till.office import Unreachable
from sync.till.outcomes import TRIES_AGAIN

WAIT_MS = 3_000
MAX_ASKING = 2
"""Questions on their way at once; those of dead lines count until they end."""


class SalesElsewhere:
    """Looks sales of other tills up. Ask from any thread but the files' own."""

    def __init__(self, agent: Agent, *, wait_ms: int = WAIT_MS) -> None:
        """Ask by the line of this agent, waiting so long at most."""
        self._agent = agent
        self._wait_ms = wait_ms
        self._free = threading.BoundedSemaphore(MAX_ASKING)

    def find(self, request: SaleRequest) -> SalesReply:
        """Return what the office knows; raises ``OfficeError``, ``Unreachable`` when it does not answer in time."""
        if not self._free.acquire(blocking=False):
            raise Unreachable("busy", "The central office is being asked already.", TRIES_AGAIN, sent=False)
        answers: queue.SimpleQueue[SalesReply | UserError] = queue.SimpleQueue()
        asking = threading.Thread(
            target=self._ask, args=(request, answers), name="sales-elsewhere", daemon=True
        )
        asking.start()
        try:
            answer = answers.get(timeout=self._wait_ms / 1000)
        except queue.Empty:
            raise Unreachable(
                "slow", "The central office does not answer in time.", TRIES_AGAIN, sent=True
            ) from None
        if isinstance(answer, UserError):
            raise answer
        return answer

    def _ask(self, request: SaleRequest, answers: "queue.SimpleQueue[SalesReply | UserError]") -> None:
        try:
            answers.put(self._agent.office.sales(request, wait_ms=self._wait_ms))
            self._agent.heard()
        except UserError as error:
            answers.put(error)
            if isinstance(error, Unreachable):
                self._agent.missed(error)
        finally:
            self._free.release()
