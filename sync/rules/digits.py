"""Six digits that a guest reads out instead of showing a card.

A million of them cannot tell all guests apart for ever, and could be tried one after the other. So they are
given out for a few minutes, to few guests at once, within one network (its keyed digest is all that is
stored), and wrong ones cost growing waits (:mod:`sync.rules.attempts`).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.user_error import UserError

DIGITS = 6
LIFE_MS = 10 * 60_000
MAX_LIVE = 10_000
"""How many may be good at once in a network: a blind guess then hits one with a chance of 1 %, and five
guesses in half a minute are all that a till allows."""

MAX_DRAWS = 100

_DRAW_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDigits:
    """Digits as they were given out: for whom, in which network, until when."""

    network: int
    guest_id: int
    digits: str
    issued_at_ms: int
    expires_at_ms: int


def issue_digits(
    *,
    network: int,
    guest_id: int,
    now_ms: int,
    live: int,
    is_live: Callable[[str], bool],
    draw: Callable[[int], bytes] = secrets.token_bytes,
) -> IssuedDigits:
    """Draw six digits that nobody else in the network holds now.

    ``live`` counts those that are good at the moment and ``is_live`` says whether some are. Raises
    ``UserError`` (``digits_exhausted``) when too many are, ``RuntimeError`` when the source of
    randomness brings only digits that are taken.
    """
    if live >= MAX_LIVE:
        raise UserError(
            "digits_exhausted",
            "Too many guests are showing six digits at this moment.",
            "Scan the card, or find the guest by phone.",
        )
    for _ in range(MAX_DRAWS):
        # 64 bits modulo a million: no sequence is likelier than another by more than one in 10^13.
        digits = f"{int.from_bytes(draw(_DRAW_BYTES)) % 10**DIGITS:0{DIGITS}d}"
        if not is_live(digits):
            return IssuedDigits(
                network=network,
                guest_id=guest_id,
                digits=digits,
                issued_at_ms=now_ms,
                expires_at_ms=now_ms + LIFE_MS,
            )
    msg = f"{MAX_DRAWS} draws brought only digits that are taken"
    raise RuntimeError(msg)


def read_digits(text: str) -> str | None:
    """Read six digits as a person types them (``123 456``, ``123-456``); None for anything else."""
    bare = text.strip().replace(" ", "").replace("-", "")
    return bare if len(bare) == DIGITS and bare.isascii() and bare.isdigit() else None


def judge_digits(issued: IssuedDigits | None, network: int, moment: Moment) -> Reason:
    """Judge digits that were found: ``card_ok``, or ``unknown_code``, ``other_network``, ``digits_stale``."""
    if issued is None:
        return Reason.UNKNOWN_CODE
    if issued.network != network:
        return Reason.OTHER_NETWORK
    if moment.doubtful:
        return Reason.CLOCK_IN_DOUBT
    vague = abs(moment.uncertainty_ms)
    if issued.issued_at_ms - vague <= moment.at_ms < issued.expires_at_ms + vague:
        return Reason.CARD_OK
    return Reason.DIGITS_STALE
