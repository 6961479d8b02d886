"""Amounts as document 002 writes them, decimals, and as everything else counts them, minor units."""

from decimal import Decimal, DecimalException

from sync.rules.money import MAX_AMOUNT_MINOR, exponent_of
from sync.rules.user_error import UserError


def to_minor(amount: Decimal, currency: str, field: str) -> int:
    """Return an amount in minor units; raises :class:`UserError` ``amount_unfit`` for one that has none."""
    return scaled(amount, exponent_of(currency), field)


def scaled(number: Decimal, places: int, field: str) -> int:
    """Return a number times a power of ten, which must be whole; raises :class:`UserError` ``amount_unfit``."""
    try:
        shifted = number.scaleb(places)
        whole = shifted == shifted.to_integral_value() and 0 <= shifted <= MAX_AMOUNT_MINOR
    except DecimalException:
        whole = False
    if not whole:
        raise UserError(
            "amount_unfit",
            f"{field} must be a number from 0 on with at most {places} decimals.",
            "Write it as in 12.50.",
        )
    return int(shifted)


def to_decimal(minor: int, currency: str) -> float:
    """Return minor units as the decimal number that JSON shows."""
    return float(Decimal(minor).scaleb(-exponent_of(currency)))
