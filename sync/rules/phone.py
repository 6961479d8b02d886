"""Phone numbers as guests are known by them: the one reading for every door at which somebody says one.

Between the digits may stand what people and their address books write there, and nothing else: of a text with letters
or with digits of other scripts, what would be left might be somebody else's number.
"""

from unicodedata import category

from sync.rules.user_error import UserError

MIN_PHONE_DIGITS = 5
MAX_PHONE_DIGITS = 15
LAST_DIGITS = 4
_BETWEEN_DIGITS = frozenset("()./,\t")
_BETWEEN_KINDS = frozenset({"Zs", "Pd", "Cf"})
"""Spaces and dashes of every width, and the invisible marks that address books put around a number."""
_TRUNK_RU, _COUNTRY_RU, _RU_DIGITS = "8", "7", 11


def fit_phone(phone: str) -> str:
    """Return a phone number as digits with their plus sign; raises :class:`UserError` ``phone_unfit``."""
    digits = phone_digits(phone)
    if not _is_number(phone, digits):
        raise UserError(
            "phone_unfit", "This is no phone number.", "Write it with its country, as in +49 30 …"
        )
    return f"+{digits}"


def phone_digits(text: str) -> str:
    """Return the digits of a text."""
    return "".join(sign for sign in text if sign.isdecimal() and sign.isascii())


def phone_forms(text: str) -> tuple[str, ...]:
    """Return the numbers that a typed text may mean: as it stands, and a Russian one dialled with 8 by its country."""
    digits = phone_digits(text)
    if not _is_number(text, digits):
        return ()
    forms = [f"+{digits}"]
    if digits.startswith(_TRUNK_RU) and len(digits) == _RU_DIGITS and not text.strip().startswith("+"):
        forms.append(f"+{_COUNTRY_RU}{digits[1:]}")
    return tuple(forms)


def _is_number(text: str, digits: str) -> bool:
    before, plus, after = text.partition("+")
    # One plus sign at most, and no digit before it.
    if "+" in after or (plus and phone_digits(before)):
        return False
    return MIN_PHONE_DIGITS <= len(digits) <= MAX_PHONE_DIGITS and all(
        _may_stand(sign) for sign in before + after
    )


def _may_stand(sign: str) -> bool:
    if sign.isascii() and sign.isdecimal():
        return True
    return sign in _BETWEEN_DIGITS or category(sign) in _BETWEEN_KINDS
