"""What a person types as an amount, in whatever form their country writes it."""

import re
import unicodedata

from sync.rules.money import MAX_AMOUNT_MINOR, exponent_of
from sync.rules.user_error import UserError

MAX_TYPED_CHARS = 40

_GROUPERS = " '’\u00a0\u202f\u2009"
_FORM = re.compile(r"(?P<head>\d*)(?P<tail>(?:[.,]\d*)*)")
_GROUP_CHARS = 3


def parse_amount(text: str, currency: str, exponent: int | None = None) -> int:
    """Read a typed amount as minor units: ``1 234,50``, ``1,234.50``, ``1.234,50``, ``1'234.5``, ``12``.

    A point or comma is the decimal sign when it stands once and is not followed by exactly three digits;
    ``1,234`` could mean two amounts a thousandfold apart, so it is refused unless the currency's decimals
    leave one reading. Raises :class:`UserError`: ``amount_missing``, ``amount_unreadable``,
    ``amount_ambiguous``, ``amount_too_fine``, ``amount_negative``, ``amount_too_large``.
    """
    decimals = exponent_of(currency) if exponent is None else exponent
    number = _bare_number(text, currency)
    whole, fraction = _split(number, decimals)
    if len(fraction) > decimals:
        raise UserError(
            "amount_too_fine",
            f"{currency} has {decimals} decimals, but the amount has {len(fraction)}.",
            "Enter the amount as it stands on the bill.",
        )
    minor = int((whole or "0") + fraction.ljust(decimals, "0"))
    if minor > MAX_AMOUNT_MINOR:
        raise UserError(
            "amount_too_large",
            "The amount is too large.",
            "Check whether a decimal sign is missing.",
        )
    return minor


def _bare_number(text: str, currency: str) -> str:
    """Strip what surrounds the number, turn all digits into 0–9, and refuse what cannot be one."""
    if len(text) > MAX_TYPED_CHARS:
        raise _unreadable()
    stripped = _without_currency(text.strip(), currency)
    if not stripped:
        raise UserError(
            "amount_missing", "No amount was entered.", "Enter the amount that stands on the bill."
        )
    if stripped[0] in "-−–":
        raise UserError(
            "amount_negative",
            "An amount cannot be negative.",
            "For a refund open the sale and choose what comes back.",
        )
    return "".join(_digit(sign) for sign in stripped)


def _without_currency(text: str, currency: str) -> str:
    kept = "".join(sign for sign in text if unicodedata.category(sign) != "Sc").strip()
    upper, code = kept.upper(), currency.upper()
    if upper.startswith(code):
        return kept[len(code) :].strip()
    if upper.endswith(code):
        return kept[: -len(code)].strip()
    return kept


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def _split(number: str, decimals: int) -> tuple[str, str]:
    """Tell whole units from decimals; both are returned as digits only."""
    ungrouped = _without_groupers(number)
    form = _FORM.fullmatch(ungrouped)
    if form is None or not any(sign.isdigit() for sign in ungrouped):
        raise _unreadable()
    marks = [sign for sign in ungrouped if sign in ".,"]
    if not marks:
        return ungrouped, ""
    last = marks[-1]
    before, _, after = ungrouped.rpartition(last)
    if len(set(marks)) == 1 and (len(marks) > 1 or (len(after) == _GROUP_CHARS and decimals == 0)):
        return _joined(ungrouped, last), ""
    if marks.count(last) > 1 or not after:
        raise _unreadable()
    if len(marks) == 1 and len(after) == _GROUP_CHARS and decimals < _GROUP_CHARS and before.strip("0"):
        raise UserError(
            "amount_ambiguous",
            f"The amount “{ungrouped}” could mean two things.",
            f"Enter {before}{after} for the larger one, or {before}{last}{after[:decimals]} for the smaller.",
        )
    other = "," if last == "." else "."
    return _joined(before, other), after


def _without_groupers(number: str) -> str:
    """Drop spaces and apostrophes, which must stand before groups of three digits."""
    parts = re.split(f"[{_GROUPERS}]", number)
    if len(parts) > 1:
        first, *middle, tail = parts
        last = re.split("[.,]", tail)[0]
        if not first.isdigit() or len(first) > _GROUP_CHARS:
            raise _unreadable()
        if any(len(group) != _GROUP_CHARS for group in (*middle, last)):
            raise _unreadable()
    return "".join(parts)


def _joined(grouped: str, separator: str) -> str:
    """Join groups of three digits that a point or comma separates."""
    first, *others = grouped.split(separator)
    if others and not (
        0 < len(first) <= _GROUP_CHARS and all(len(group) == _GROUP_CHARS for group in others)
    ):
        raise _unreadable()
    return first + "".join(others)


def _unreadable() -> UserError:
    return UserError("amount_unreadable", "This is not an amount.", "Enter digits, for example 12.50.")
