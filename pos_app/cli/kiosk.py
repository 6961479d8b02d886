"""``kiosk``: one code a line on stdin, one verdict a line on stdout, written only after COMMIT."""

import logging
import sys
from uuid import UUID

from pos_app.bootstrap import open_counter
from pos_app.cli.instant import instant
from pos_app.cli.line_splitter import InputLine
from pos_app.cli.output import require_output, say, write_json
from pos_app.cli.standard_input import StandardInput
from pos_app.settings import Settings
from pos_app.usecases.results import Redeemed
from pos_app.usecases.running import Running
from pos_app.usecases.source import By, Source
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError

SETTLE_S = 60.0
"""How long ``--sync-and-exit`` may take before it says what is left."""

FAREWELL_S = 2.0
"""How long the end of the input waits for what was just committed to reach the office."""

_NOTHING = -1

_log = logging.getLogger(__name__)


def run(settings: Settings, *, amount: str | None, check_only: bool, sync_and_exit: bool) -> int:
    """Serve until the input ends or a signal comes; 0 when every line got its answer."""
    require_output()
    # Without a standard input its number may belong to any file that is opened: nothing is read then.
    lines = StandardInput(_NOTHING if sys.stdin is None else sys.stdin.fileno())
    with open_counter(settings, background=not sync_and_exit) as running:
        for warning in running.warnings:
            say(warning)
        if sync_and_exit:
            return _settle(running)
        counter = running.counter
        amount_minor = None if amount is None else parse_amount(amount, counter.currency, counter.exponent)
        lines.stop_on_signals()
        kiosk = Kiosk(running, amount_minor=amount_minor, check_only=check_only)
        try:
            for line in lines.lines():
                write_json(kiosk.answer(line))
        except BrokenPipeError:
            say("Nobody reads the answers any more, so the kiosk stops. What was accepted is kept.")
            return 1
        if not lines.stopped:
            running.settle(FAREWELL_S)
        return 1 if kiosk.troubled else 0


class Kiosk:
    """Answers lines. It needs no staff: the till itself is the actor."""

    def __init__(self, running: Running, *, amount_minor: int | None, check_only: bool) -> None:
        """Answer for one open till; the amount, in minor units, is the bill of every line."""
        self._running = running
        self._amount_minor = amount_minor
        self._check_only = check_only
        self.troubled = False

    def answer(self, line: InputLine) -> dict[str, object]:
        """Judge one line, use the code, and return what is to be written; never raises for bad input."""
        counter = self._running.counter
        try:
            if line.too_long:
                redeemed = counter.refuse_unreadable(line.content, Source.SERIAL)
            else:
                redeemed = counter.redeem(
                    line.text(), Source.SERIAL, amount_minor=self._amount_minor, check_only=self._check_only
                )
        except UserError as error:
            self.troubled = True
            _log.warning("a line could not be answered: %s", error.reason)
            return _trouble(line, error, self._running.now_ms())
        return _answer(line, redeemed)


def _answer(line: InputLine, redeemed: Redeemed) -> dict[str, object]:
    return {
        "input": line.shown(),
        "verdict": str(redeemed.verdict.outcome),
        "reason": redeemed.verdict.reason,
        "message": redeemed.message,
        "event": _text(redeemed.event),
        "seq": redeemed.seq,
        "at": instant(redeemed.at_ms),
        "by": str(redeemed.by),
        "headline": redeemed.headline,
        "advice": redeemed.advice,
        "gives": redeemed.gives,
        "discount_minor": redeemed.verdict.discount_minor,
        "points": redeemed.verdict.points,
    }


def _trouble(line: InputLine, error: UserError, at_ms: int) -> dict[str, object]:
    """Say that the till itself cannot answer (disk full, journal stopped) and why; nothing was used."""
    return {
        "input": line.shown(),
        "verdict": "refuse",
        "reason": error.reason,
        "message": error.sentence,
        "event": None,
        "seq": None,
        "at": instant(at_ms),
        "by": str(By.CACHE),
        "advice": error.advice,
    }


def _settle(running: Running) -> int:
    state = running.settle_here(SETTLE_S)
    waiting = running.journal_status().unsettled
    if state.problem is None and waiting == 0:
        say("Everything is with the central office.")
        return 0
    say(f"{waiting} events wait for the central office; they are kept. {state.problem or ''}".strip())
    return 1


def _text(event: UUID | None) -> str | None:
    return None if event is None else str(event)
