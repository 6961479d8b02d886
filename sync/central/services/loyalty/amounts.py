"""Amounts on the wire: decimals in whole units of a currency; inside, integer minor units."""

from decimal import Decimal, DecimalException

from sync.rules.money import MAX_AMOUNT_MINOR, exponent_of
from sync.rules.user_error import UserError


def to_minor(amount: Decimal, currency: str) -> int:
    """Return an amount in minor units; raises :class:`UserError` ``amount_unfit`` for what is no price."""
    exponent = exponent_of(currency)
    try:
        minor = amount.scaleb(exponent)
        fits = minor.is_finite() and minor == minor.to_integral_value() and 0 < minor <= MAX_AMOUNT_MINOR
    except DecimalException:
        fits = False
    if not fits:
        raise UserError(
            "amount_unfit",
            "This is no amount.",
            f"Write a number above 0 with at most {exponent} decimals, as in 12.50."
            if exponent
            else "Write a whole number above 0.",
        )
    return int(minor)


def to_wire(amount_minor: int, currency: str) -> float:
    """Return minor units as the documents show amounts: ``12.5``."""
    unit: int = 10 ** exponent_of(currency)
    return amount_minor / unit
