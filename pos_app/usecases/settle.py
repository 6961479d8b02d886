"""Getting everything to the office, and whether that is done."""

import time

from pos_app.usecases.phrases import phrase
from sync.till.agent.agent import Agent
from sync.till.agent.board import SyncState
from sync.till.journal.entries import JournalStatus

SILENCE_S = 6.0
"""An office that has not been heard for so long is not going to be."""
LONGEST_PAUSE_S = 0.25


def settle_here(agent: Agent, timeout_s: float) -> SyncState:
    """Do the agent's duties on this thread until nothing is left to do; see ``Running.settle_here``."""
    begun_s = heard_s = time.monotonic()
    while True:
        wait_ms = agent.step()
        settled, state = agent.settled(), agent.state()
        now_s = time.monotonic()
        heard_s = now_s if state.online else heard_s
        done = settled and wait_ms > 0 and state.last_contact_ms is not None and state.problem is None
        if done or now_s - heard_s > SILENCE_S or now_s - begun_s > timeout_s:
            return state
        time.sleep(min(wait_ms / 1000, LONGEST_PAUSE_S))


def safe_to_close(status: JournalStatus, language: str) -> tuple[bool, str]:
    """Judge by the two watermarks (DESIGN 5): what waits, what was received, what is in a backup."""
    if status.stopped is not None:
        return False, status.stopped
    if status.unsettled:
        return False, phrase("unsettled", language, count=status.unsettled)
    if status.safe is None:
        return True, phrase("received", language)
    if status.safe < status.last_seq:
        return False, phrase("not_backed_up", language, count=status.last_seq - status.safe)
    return True, phrase("backed_up", language)
