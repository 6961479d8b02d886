"""Phone numbers as guests are known by them."""

from sync.rules.user_error import UserError

MIN_PHONE_DIGITS = 5
MAX_PHONE_DIGITS = 15
LAST_DIGITS = 4
_TRUNK_RU, _COUNTRY_RU, _RU_DIGITS = "8", "7", 11


def fit_phone(phone: str) -> str:
    """Return a phone number as digits with their plus sign; raises :class:`UserError` ``phone_unfit``."""
    digits = phone_digits(phone)
    if not MIN_PHONE_DIGITS <= len(digits) <= MAX_PHONE_DIGITS:
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
    if not MIN_PHONE_DIGITS <= len(digits) <= MAX_PHONE_DIGITS:
        return ()
    forms = [f"+{digits}"]
    if digits.startswith(_TRUNK_RU) and len(digits) == _RU_DIGITS and not text.strip().startswith("+"):
        forms.append(f"+{_COUNTRY_RU}{digits[1:]}")
    return tuple(forms)
