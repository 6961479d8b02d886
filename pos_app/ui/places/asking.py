"""Asking by sheets, with the whole exchange in one call: a confirmation, a reason, a second person."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.sheets.confirm_sheet import ConfirmSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.sheets.reason_sheet import ReasonSheet
from sync.rules.user_error import UserError

T = TypeVar("T")

TRY_AGAIN = frozenset(
    {
        "wrong_pin",
        "wrong_badge",
        "locked_out",
        "same_person",
        "not_a_badge",
        "not_for_settings",
        "not_a_manager",
    }
)
"""Reasons after which the sheet stays: another PIN may be the right one."""


def ask_to_confirm(
    around: Surroundings,
    title: str,
    sentence: str,
    yes: str,
    then: Callable[[], None],
    *,
    danger: bool = False,
) -> ConfirmSheet:
    """Ask before something is done; ``then`` is called on yes alone."""
    sheet = ConfirmSheet(title, sentence, yes, danger=danger)
    sheet.confirmed.connect(then)
    around.sheets.open(sheet)
    return sheet


def ask_for_reason(
    around: Surroundings,
    title: str,
    sentence: str,
    reasons: Sequence[tuple[str, str]],
    then: Callable[[str, str], None],
    *,
    note_required: bool = False,
) -> ReasonSheet:
    """Ask why; ``then`` gets the reason's identifier and the note."""
    sheet = ReasonSheet(title, sentence, reasons, note_required=note_required)
    sheet.chosen.connect(then)
    around.sheets.open(sheet)
    return sheet


def ask_second_person(
    around: Surroundings,
    title: str,
    sentence: str,
    attempt: Callable[[str], T],
    done: Callable[[T], None],
    failed: Callable[[UserError], None] | None = None,
) -> PinSheet:
    """Let a second person agree by PIN or badge.

    ``attempt`` gets it as ``second_pin`` and runs on the counter's thread: it is the use case itself. A PIN
    that was wrong is said in the sheet, which stays; any other outcome closes it and goes to ``done`` or
    ``failed`` (by default said above the screen).
    """
    sheet = PinSheet(title, sentence)

    def succeeded(result: T) -> None:
        sheet.finish()
        done(result)

    def refused(error: UserError) -> None:
        if error.reason in TRY_AGAIN and not sheet.ended:
            sheet.show_problem(*around.tongue.errors().say(error))
            return
        sheet.finish()
        (failed or around.fail)(error)

    def by_badge(text: str) -> T:
        # Guests' codes come before a camera too, and must not cost a try.
        if not around.counter.is_badge(text):
            raise UserError("not_a_badge", "This is not a badge.", "Show your own, or enter your PIN.")
        return attempt(text)

    sheet.entered.connect(lambda pin: around.submit(lambda: attempt(pin), succeeded, refused))
    sheet.badge_shown.connect(lambda text: around.submit(lambda: by_badge(text), succeeded, refused))
    around.sheets.open(sheet)
    return sheet
