"""Money: integer minor units, currencies with 0 to 3 decimals, and parts that always sum exactly.

Rounding is declared here once: a percentage is rounded half up to the minor unit, points are rounded
down, and a total is split by largest remainder (the earlier part wins a tie).
"""

from collections.abc import Sequence

FULL_BP = 10_000
"""One hundred percent in basis points."""

MAX_AMOUNT_MINOR = 100_000_000_000
"""The largest amount a person may enter: far above any bill, far below any overflow."""

DEFAULT_EXPONENT = 2
MAX_EXPONENT = 3

# ISO 4217: every currency in use whose number of decimals is not two.
_EXPONENTS = {
    **dict.fromkeys(
        (
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
            "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip


def exponent_of(currency: str) -> int:
    """How many decimals a currency has (0 to 3); two where nothing else is known."""
    return _EXPONENTS.get(currency.upper(), DEFAULT_EXPONENT)


def share_of(amount_minor: int, share_bp: int) -> int:
    """Take a share in basis points of an amount, rounded half away from zero to the minor unit."""
    product = abs(amount_minor * share_bp)
    rounded = (product + FULL_BP // 2) // FULL_BP
    return rounded if (amount_minor >= 0) == (share_bp >= 0) else -rounded


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a total in proportion to weights so that the parts sum to it exactly.

    Largest remainder; the earlier part wins a tie. Weights that are all zero count as equal. No part is
    further than one unit from its exact share, and none exceeds its weight while the total does not
    exceed their sum. Raises ``ValueError`` for a negative weight, or for no weights and something to split.
    """
    if weights and min(weights) < 0:
        msg = "a weight cannot be negative"
        raise ValueError(msg)
    if not weights:
        if total:
            msg = "there is nothing to split over"
            raise ValueError(msg)
        return ()
    if total < 0:
        return tuple(-part for part in allocate(-total, weights))
    whole = sum(weights)
    shares = weights if whole else [1] * len(weights)
    whole = whole or len(weights)
    parts = [total * share // whole for share in shares]
    short = total - sum(parts)
    if short:
        remainders = [total * share % whole for share in shares]
        order = sorted(range(len(parts)), key=lambda index: -remainders[index])
        for index in order[:short]:
            parts[index] += 1
    return tuple(parts)


def plain_amount(amount_minor: int, currency: str) -> str:
    """Write an amount plainly and without a locale, as verdicts carry it: ``12.50 EUR``."""
    return f"{plain_number(amount_minor, exponent_of(currency))} {currency}"


def plain_number(amount_minor: int, exponent: int) -> str:
    """Write the number of an amount with its decimals and a point: ``-12.50``."""
    sign = "-" if amount_minor < 0 else ""
    digits = str(abs(amount_minor)).rjust(exponent + 1, "0")
    if not exponent:
        return f"{sign}{digits}"
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def format_amount(amount_minor: int, currency: str, language: str = "en", exponent: int | None = None) -> str:
    """Write an amount for a person: ``1,234.50 EUR`` in English, ``1 234,50 EUR`` in Russian.

    The spaces within and behind the number are no-break spaces.
    """
    decimals = exponent_of(currency) if exponent is None else exponent
    number = plain_number(amount_minor, decimals)
    sign, number = ("−", number[1:]) if number.startswith("-") else ("", number)
    whole, point, fraction = number.partition(".")
    grouped = f"{int(whole):,}"
    if language.startswith("ru"):
        grouped, point = grouped.replace(",", "\u00a0"), "," if point else ""
    return f"{sign}{grouped}{point}{fraction}\u00a0{currency}"
