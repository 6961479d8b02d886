"""What a cashier hands back for the notes and coins that guests usually give."""

MAX_HINTS = 3
_STEPS = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""Whole units of the currency that people have as one note or coin, or as a few of one sort."""


def change_hints(due_minor: int, exponent: int) -> tuple[tuple[int, int], ...]:
    """Return (given, back) in minor units for what is likely to be given for a bill, the least first.

    The next round amounts above the bill, each rounder than the one before; nothing for a bill of nothing.
    """
    if due_minor <= 0:
        return ()
    unit = 10**exponent
    rounds = sorted({-(-due_minor // (step * unit)) * step * unit for step in _STEPS})
    # Nobody gives a thousand for a coffee: no more than some two and a half times the bill, yet at least a note of ten.
    likely = [given for given in rounds if given > due_minor and given <= max(5 * due_minor // 2, 10 * unit)]
    return tuple((given, given - due_minor) for given in likely[:MAX_HINTS])
