"""What a printer says of itself when asked in real time (DLE EOT n), and what a person has to do about it."""

from collections.abc import Mapping

from sync.rules.user_error import UserError

PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 1, 2, 3, 4
"""The questions: n of DLE EOT n."""

QUESTIONS = (PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER)

_FIXED, _FIXED_VALUE = 0x93, 0x12
_OFFLINE, _COVER, _STOPPED, _BROKEN, _CUTTER, _UNMENDABLE, _PAPER_END = (
    0x08,
    0x04,
    0x20,
    0x40,
    0x08,
    0x20,
    0x60,
)

LATER = "The sale stands; print its receipt later."
"""What every trouble of a printer ends with."""


def question(number: int) -> bytes:
    """Return the bytes that ask; the printer answers at once, even when it is offline."""
    return bytes((0x10, 0x04, number))


def is_answer(byte: int) -> bool:
    """Whether a byte is an answer to a question: four of its bits never change."""
    return byte & _FIXED == _FIXED_VALUE


def trouble(answers: Mapping[int, int]) -> UserError | None:
    """Return what is wrong by the answers that came, the plainest cause first; None when nothing is."""
    cause = answers.get(OFFLINE_CAUSE, 0)
    if answers.get(PAPER, 0) & _PAPER_END or cause & _STOPPED:
        return UserError(
            "printer_paper", "The receipt printer is out of paper.", f"Put a new roll in. {LATER}"
        )
    if cause & _COVER:
        return UserError("printer_cover", "The receipt printer's cover is open.", f"Close it. {LATER}")
    if answers.get(ERROR_CAUSE, 0) & (_CUTTER | _UNMENDABLE) or cause & _BROKEN:
        return UserError(
            "printer_error",
            "The receipt printer reports an error, such as jammed paper.",
            f"Switch it off, look at paper and cutter, switch it on. {LATER}",
        )
    if answers.get(PRINTER, 0) & _OFFLINE:
        return UserError(
            "printer_offline", "The receipt printer is not ready.", f"Look at its buttons. {LATER}"
        )
    return None
