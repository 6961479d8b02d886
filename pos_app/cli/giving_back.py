"""``sale``, ``void`` and ``refund``: looking a sale up and giving it back, one JSON line for each, after COMMIT.

Like the kiosk they need nobody signed in; what another till sold needs a colleague's PIN, the first line of
stdin with ``--pin-stdin``.
"""

import sys
from collections.abc import Sequence

from pos_app.bootstrap import open_counter
from pos_app.cli.instant import instant
from pos_app.cli.output import require_output, say, write_json
from pos_app.settings import Settings
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import FoundSale, Undone
from pos_app.usecases.running import Running
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError

FAREWELL_S = 2.0
"""How long the end waits for what was just committed to reach the office."""
MAX_PIN_CHARS = 64


def show(settings: Settings, text: str) -> int:
    """Print each sale that a receipt's code, an event's id or a receipt's number names; writes nothing."""
    require_output()
    with open_counter(settings) as running:
        for found in running.counter.find_sale(text):
            write_json(_found(found))
    return 0


def void(settings: Settings, text: str, *, reason: str, note: str, pin_stdin: bool) -> int:
    """Undo a whole sale, or a use without one."""
    require_output()
    with open_counter(settings) as running:
        found = _the_one(running, text)
        undone = running.counter.void(found.event, reason, note, second_pin=_pin(pin_stdin), seen=found)
        return _tell(running, "void", undone)


def refund(
    settings: Settings,
    text: str,
    *,
    amount: str | None,
    lines: Sequence[str],
    reason: str,
    note: str,
    pin_stdin: bool,
) -> int:
    """Give back an amount, parts of lines (``1=4.50``, counted from 1), or without either all that is left."""
    require_output()
    with open_counter(settings) as running:
        found = _the_one(running, text)
        if found.done or found.sale is None:
            raise spoken_error("already_undone" if found.done else "only_whole", settings.language)
        by_line = dict(_line(running, each) for each in lines)
        if amount is not None:
            amount_minor = _minor(running, amount)
        else:
            amount_minor = sum(by_line.values()) if by_line else found.left_minor
        undone = running.counter.refund(
            found.event,
            reason,
            note,
            amount_minor=amount_minor,
            lines=by_line,
            second_pin=_pin(pin_stdin),
            seen=found,
        )
        return _tell(running, "refund", undone)


def _the_one(running: Running, text: str) -> FoundSale:
    found = running.counter.find_sale(text)
    own = [each for each in found if each.own]
    if len(found) > 1 and len(own) != 1:
        named = ", ".join(f"{each.event} ({each.till_name})" for each in found)
        raise UserError(
            "several_sales", f"Several sales bear this number: {named}.", "Name one by its event."
        )
    return own[0] if own else found[0]


def _line(running: Running, text: str) -> tuple[int, int]:
    number, told, amount = text.partition("=")
    if not told or not number.strip().isdecimal() or int(number) < 1:
        raise UserError(
            "refund_line",
            f"“{text}” is not a line of a sale and its amount.",
            "Write it as 1=4.50: the line, counted from 1, and what of it goes back.",
        )
    return int(number) - 1, _minor(running, amount)


def _minor(running: Running, amount: str) -> int:
    return parse_amount(amount, running.counter.currency, running.counter.exponent)


def _pin(wanted: bool) -> str | None:  # noqa: FBT001  # the option as it was given
    return sys.stdin.readline(MAX_PIN_CHARS).strip() if wanted and sys.stdin is not None else None


def _tell(running: Running, kind: str, undone: Undone) -> int:
    write_json(
        {
            "kind": kind,
            "event": str(undone.event),
            "seq": undone.seq,
            "at": instant(undone.at_ms),
            "receipt": undone.receipt,
            "original": str(undone.original),
            "currency": undone.currency,
            "amount_minor": undone.amount_minor,
            "points_back": undone.points_back,
            "points_taken": undone.points_taken,
            "guest_id": undone.guest_id,
        }
    )
    state = running.settle(FAREWELL_S)
    if state.unsettled:
        say(f"{state.unsettled} events wait for the central office; they are kept.")
    return 0


def _found(found: FoundSale) -> dict[str, object]:
    sale = found.sale
    return {
        "kind": "redemption" if sale is None else "sale",
        "event": str(found.event),
        "own": found.own,
        "till": found.till_name,
        "restaurant": found.restaurant_name,
        "at": instant(found.at_ms),
        "receipt": None if sale is None else sale.receipt,
        "currency": None if sale is None else sale.currency,
        "paid_minor": None if sale is None else sale.paid_minor,
        "left_minor": found.left_minor,
        "left": list(found.left),
        "done": found.done,
    }
