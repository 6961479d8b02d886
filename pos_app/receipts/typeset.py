"""Sets a slip in lines of a paper's width: every sign takes one place of a grid, as a receipt printer has it.

Paper, PDF, picture and preview all show these lines, so that what a cashier sees is what comes out.
"""

import textwrap
from collections.abc import Iterator

from msgspec import Struct

from pos_app.receipts.slip import Align, Code, Logo, Pair, Rule, Slip, Space, Text

DOTS_PER_MM = 8
"""Receipt printers have 203 dots an inch."""
DOTS_PER_SIGN = 12
"""The width of a printer's font A."""


class Paper(Struct, frozen=True, kw_only=True):
    """A roll: how wide it is, and how much of that can be printed on."""

    width_mm: int
    columns: int

    @property
    def dots(self) -> int:
        """How many dots can be printed in a row."""
        return self.columns * DOTS_PER_SIGN

    @property
    def dots_across(self) -> int:
        """How wide the roll is, in dots."""
        return self.width_mm * DOTS_PER_MM


NARROW = Paper(width_mm=58, columns=32)
WIDE = Paper(width_mm=80, columns=48)
PAPERS = {paper.width_mm: paper for paper in (NARROW, WIDE)}
"""The two rolls that receipt printers take, by their width in millimetres."""


class Printed(Struct, frozen=True, kw_only=True):
    """One line of signs, padded at the left where it is centred. ``large`` signs take two places each."""

    text: str
    bold: bool = False
    large: bool = False


Line = Printed | Logo | Code
"""A logo and a QR code are no signs: they pass through as they stand on the slip."""

_PART = "  "


def typeset(slip: Slip, paper: Paper) -> tuple[Line, ...]:
    """Set a slip; nothing is cut off, whatever does not fit goes on in the next line."""
    return tuple(line for block in slip.blocks for line in _set(block, paper.columns))


def _set(block: object, columns: int) -> Iterator[Line]:
    match block:
        case Text(text=text, align=align, bold=bold, large=large):
            width = columns // 2 if large else columns
            for line in _fold(text, width):
                padded = line.center(width).rstrip() if align is Align.CENTRE else line
                yield Printed(text=padded, bold=bold, large=large)
        case Pair():
            yield from _pair(block, columns)
        case Rule(double=double):
            yield Printed(text=("=" if double else "-") * columns)
        case Space():
            yield Printed(text="")
        case Logo() | Code():
            yield block


def _pair(pair: Pair, columns: int) -> Iterator[Line]:
    """Set what it is at the left and how much at the right; a long left goes on below, the amount at its end."""
    large = pair.large and len(pair.left) + 1 + len(pair.right) <= columns // 2
    width = columns // 2 if large else columns
    indent = _PART if pair.part else ""
    right = pair.right
    room = width - len(right) - 1
    if room < width // 3:
        # The right part is a text of its own, such as a long name: it takes lines of its own.
        for line in _fold(indent + pair.left, width):
            yield Printed(text=line, bold=pair.bold, large=large)
        for line in _fold(right, width):
            yield Printed(text=line.rjust(width), bold=pair.bold, large=large)
        return
    *above, last = _fold(pair.left, room - len(indent)) or [""]
    for line in above:
        yield Printed(text=indent + line, bold=pair.bold, large=large)
    left = indent + last
    yield Printed(text=left + right.rjust(width - len(left)), bold=pair.bold, large=large)


def _fold(text: str, width: int) -> list[str]:
    """Fold a text at its spaces; no-break spaces hold, a word longer than the line is broken."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines += textwrap.wrap(paragraph, width, break_on_hyphens=False) or [""]
    return lines
