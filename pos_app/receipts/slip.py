"""What stands on a piece of paper, before its width is known: texts, pairs, rules, a logo and a QR code."""

from enum import StrEnum
from pathlib import Path

from msgspec import Struct


class Align(StrEnum):
    """Where a text stands on the line."""

    LEFT = "left"
    CENTRE = "centre"


class Text(Struct, frozen=True, kw_only=True):
    """A text that is folded to the paper. ``large`` is twice as wide and high."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    large: bool = False


class Pair(Struct, frozen=True, kw_only=True):
    """What it is at the left, how much at the right; ``part`` belongs to the line above."""

    left: str
    right: str
    bold: bool = False
    large: bool = False
    part: bool = False


class Rule(Struct, frozen=True):
    """A line across the paper; ``double`` before what it all comes to."""

    double: bool = False


class Space(Struct, frozen=True):
    """An empty line."""


class Logo(Struct, frozen=True):
    """A picture of the restaurant's, black on white, centred."""

    picture: Path | bytes


class Code(Struct, frozen=True):
    """A QR code, centred."""

    text: str


Block = Text | Pair | Rule | Space | Logo | Code


class Slip(Struct, frozen=True, kw_only=True):
    """One piece of paper: what it is called (a file's name, a window's title) and what stands on it."""

    title: str
    blocks: tuple[Block, ...]
