"""The form in which codes are made, and how hard a code of it is to guess."""

import math
from dataclasses import dataclass

from sync.rules.code import Kind
from sync.rules.fault import Fault, refuse
from sync.rules.fault import fault as _fault
from sync.rules.normalise import fold
from sync.rules.user_error import UserError

UNAMBIGUOUS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The alphabet of the document on referral codes: letters and digits without 0, O, I and 1."""

MIN_CODE_CHARS = 3
MAX_ISSUED_CHARS = 50
MIN_ALPHABET = 10
REFERRAL_LENGTH = 5
DEFAULT_LENGTH = 12

GUESSES_PER_DAY = 1_000_000
"""What the rate limits let through in a whole network in one day, all callers together, at the worst."""

MAX_HIT_CHANCE = 0.001
"""The chance that a whole day of guessing at the rate limit hits even one living code."""

MAX_FILLED = 0.1
"""How much of all possible codes may be taken; beyond it every new code would collide again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeForm:
    """Prefix, alphabet, number of random characters, and whether a check character follows them."""

    prefix: str = ""
    alphabet: str = UNAMBIGUOUS
    length: int = DEFAULT_LENGTH
    check: bool = False

    @property
    def entropy_bits(self) -> float:
        """How many bits are drawn at random; neither the prefix nor the check character adds any."""
        return self.length * math.log2(len(self.alphabet)) if self.alphabet and self.length > 0 else 0.0

    @property
    def chars(self) -> int:
        """How long a code of this form is."""
        return len(self.prefix) + self.length + int(self.check)


REFERRAL_FORM = CodeForm(length=REFERRAL_LENGTH)
"""Five characters, as the document on referral codes has it."""


def default_form(kind: Kind, prefix: str = "") -> CodeForm:
    """Return the form in which codes of a kind are made where nobody chose another."""
    return CodeForm(prefix=prefix, length=REFERRAL_LENGTH if kind is Kind.REFERRAL else DEFAULT_LENGTH)


def form_faults(form: CodeForm) -> list[Fault]:
    """List what is wrong with a form itself, whatever it is used for."""
    faults: list[Fault] = []
    if not (form.alphabet.isascii() and form.alphabet.isalnum()) or len(form.alphabet) < MIN_ALPHABET:
        faults.append(
            _fault("alphabet", "needs at least {least} letters and digits (A–Z, 0–9)", least=MIN_ALPHABET)
        )
    twins = _look_alikes(form.alphabet)
    if twins:
        faults.append(_fault("alphabet", "holds characters that look alike: {twins}", twins=twins))
    if form.prefix and not (form.prefix.replace("-", "").isalnum() and form.prefix.isascii()):
        faults.append(_fault("prefix", "may hold only letters, digits and dashes"))
    if form.check and len(form.alphabet) % 2:
        # Doubling is one-to-one only modulo an even number; otherwise two signs would share a check.
        faults.append(_fault("alphabet", "needs an even number of characters for a check character"))
    if form.length < MIN_CODE_CHARS or form.chars > MAX_ISSUED_CHARS:
        faults.append(
            _fault(
                "length",
                "must give {least} to {most} characters with prefix and check",
                least=MIN_CODE_CHARS,
                most=MAX_ISSUED_CHARS,
            )
        )
    return faults


def hit_chance_per_day(form: CodeForm, living: int) -> float:
    """Return the chance that a day of guessing at the rate limit hits one of the living codes (at most 1)."""
    if living <= 0:
        return 0.0
    return float(min(1.0, living * GUESSES_PER_DAY / 2.0**form.entropy_bits))


def shortest_safe_length(form: CodeForm, living: int) -> int:
    """Return the smallest number of random characters that is not guessable for so many living codes."""
    bits = math.log2(max(1, living) * GUESSES_PER_DAY / MAX_HIT_CHANCE)
    return math.ceil(bits / math.log2(len(form.alphabet)))


def require_sound_form(form: CodeForm, kind: Kind, living: int) -> None:
    """Raise :class:`UserError` for a form that is wrong, too full, or guessable at the rate limit.

    ``living`` counts the codes that share the form once the new ones are made. A referral code is no
    secret (guests pass it on; it counts once per person and never for its owner), so that the document's
    five characters are enough for it; every other kind must not be guessable.
    """
    refuse("code_form_unsound", form_faults(form))
    if living > MAX_FILLED * 2.0**form.entropy_bits:
        raise UserError(
            "code_form_full",
            f"Too few codes of this form are left for {living} of them.",
            "Choose a greater length.",
        )
    if kind is not Kind.REFERRAL and hit_chance_per_day(form, living) > MAX_HIT_CHANCE:
        raise UserError(
            "code_guessable",
            f"Codes with {form.length} random characters ({form.entropy_bits:.0f} bits) could be guessed.",
            f"Choose a length of at least {shortest_safe_length(form, living)}.",
        )


def text_faults(text: str) -> list[Fault]:
    """List what is wrong with a code that a person typed: 3 to 50 characters that can be told apart."""
    faults: list[Fault] = []
    if not MIN_CODE_CHARS <= len(text) <= MAX_ISSUED_CHARS:
        faults.append(
            _fault("code", "needs {least} to {most} characters", least=MIN_CODE_CHARS, most=MAX_ISSUED_CHARS)
        )
    if text != text.strip() or not text.isprintable():
        faults.append(_fault("code", "may not begin or end with a space, nor hold invisible characters"))
    if len(fold(text)) < MIN_CODE_CHARS:
        faults.append(_fault("code", "needs at least three letters or digits"))
    return faults


def _look_alikes(alphabet: str) -> str:
    """Name the characters that one normalisation cannot tell apart, or that are named twice."""
    return "".join(
        sign
        for index, sign in enumerate(alphabet)
        if any(fold(sign) == fold(other) for at, other in enumerate(alphabet) if at != index)
    )
