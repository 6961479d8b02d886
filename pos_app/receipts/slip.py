"""What stands on a piece of paper, before its width is known: texts, pairs, rules, a logo and a QR code."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Align(StrEnum):
    """Where a text stands on the line."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that is folded to the paper. ``large`` is twice as wide and high."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What it is at the left, how much at the right; ``part`` belongs to the line above."""

    left: str
    right: str
    bold: bool = False
    large: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper; ``double`` before what it all comes to."""

    double: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of the restaurant's, black on white, centred."""

    picture: Path | bytes


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, centred."""

    text: str


Block = Text | Pair | Rule | Space | Logo | Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One piece of paper: what it is called (a file's name, a window's title) and what stands on it."""

    title: str
    blocks: tuple[Block, ...]
