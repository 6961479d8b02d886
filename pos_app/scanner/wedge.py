"""A hand scanner that types: told from a person's typing by its timing and its shape.

A keyboard wedge sends a code as keystrokes a few milliseconds apart, mostly with Enter behind. Keys are held
back until it is clear whose they are: a scanner's become one scan and reach no field, a person's are handed
on in their order. The caller brings the keys and the time; nothing here waits.
"""

import unicodedata
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import Struct

Token = TypeVar("Token")
"""What the caller needs to hand a key on: its event."""

ENDS = frozenset({"\r", "\n", "\t"})
"""What scanners send behind a code."""

MAX_SCAN_CHARS = 4_000
"""A scanner that sends more than this without a pause is no scanner; its keys are dropped."""


class WedgeForm(Struct, frozen=True, kw_only=True):
    """How a scanner sends. ``prefix`` and ``suffix`` are taken off; keys further apart than ``gap_ms`` are typed.

    A scan has at least ``least`` characters where an end follows, and ``least_unended`` where none does:
    nobody types six characters within a fifth of a second.
    """

    prefix: str = ""
    suffix: str = ""
    gap_ms: float = 35.0
    least: int = 3
    least_unended: int = 6


@dataclass(frozen=True, slots=True)
class Stroke(Generic[Token]):
    """One key that went down. ``text`` is what it types, "" for a key that types nothing."""

    text: str
    at_ms: float
    token: Token
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Heard(Generic[Token]):
    """What a stroke, or the pause after the last one, has made clear.

    ``typed`` are held keys that were a person's, in their order; ``scan`` is the text of a scan; ``take``
    tells whether the stroke itself is kept back (or used up) rather than handed on by the caller.
    """

    typed: tuple[Token, ...] = ()
    scan: str | None = None
    take: bool = False


class Wedge(Generic[Token]):
    """Listens to every key of the window."""

    def __init__(self, form: WedgeForm | None = None) -> None:
        """Listen for scanners that send in this form."""
        self.form = form or WedgeForm()
        self._held: list[Stroke[Token]] = []

    @property
    def holding(self) -> bool:
        """Whether keys are held back: then :meth:`rest` must follow when no other key does."""
        return bool(self._held)

    def press(self, stroke: Stroke[Token]) -> Heard[Token]:
        """Take one key."""
        if self._held and stroke.at_ms - self._held[-1].at_ms > self.form.gap_ms:
            before = self.rest()
            after = self.press(stroke)
            return Heard((*before.typed, *after.typed), before.scan or after.scan, after.take)
        if stroke.repeated or not _sends(stroke.text):
            return Heard(self._given_up())
        if stroke.text in ENDS:
            scan = self._text()
            if len(scan) >= self.form.least:
                self._held.clear()
                return Heard(scan=scan, take=True)
            return Heard(self._given_up())
        self._held.append(stroke)
        if len(self._held) > MAX_SCAN_CHARS:
            self._held.clear()
        return Heard(take=True)

    def rest(self) -> Heard[Token]:
        """Take the pause: what was held becomes a scan that had no end, or is handed on as typed."""
        scan = self._text()
        if len(scan) >= self.form.least_unended:
            self._held.clear()
            return Heard(scan=scan)
        return Heard(self._given_up())

    def _text(self) -> str:
        sent = "".join(stroke.text for stroke in self._held)
        kept = "".join(sign for sign in sent if unicodedata.category(sign) != "Cc")
        return kept.removeprefix(self.form.prefix).removesuffix(self.form.suffix).strip()

    def _given_up(self) -> tuple[Token, ...]:
        typed = tuple(stroke.token for stroke in self._held)
        self._held.clear()
        return typed


def _sends(text: str) -> bool:
    """Whether a scanner sends this key: one character, printable or a control sign between parts of a code."""
    return len(text) == 1


_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?~'
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбю.ё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё"
_LATIN_DIGIT_ROW, _CYRILLIC_DIGIT_ROW = "@#$^&", '"№;:?'
_TO_LATIN = str.maketrans(_CYRILLIC + _CYRILLIC_DIGIT_ROW, _LATIN + _LATIN_DIGIT_ROW)


def on_latin_keys(text: str) -> str:
    """Return what the scanner meant when the keyboard's layout was Russian.

    A scanner presses keys by their place, so a Latin code comes out in Cyrillic letters. Only a text with
    Cyrillic letters and no Latin one is translated: the two cannot come from one layout.
    """
    letters = [sign for sign in text if sign.isalpha()]
    if not letters or any(sign not in _CYRILLIC for sign in letters):
        return text
    return text.translate(_TO_LATIN)
