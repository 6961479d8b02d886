"""Names that people give to things."""

import unicodedata

from sync.rules.user_error import UserError

MAX_NAME_CHARS = 200
MAX_VERSION_CHARS = 100
_UNSTORABLE = frozenset({"Cc", "Cs"})


def fit_name(name: str) -> str:
    """Return a name without outer spaces; raises :class:`UserError` ``name_unfit``."""
    fitting = name.strip()
    if not fitting or len(fitting) > MAX_NAME_CHARS or not is_storable(fitting):
        raise UserError(
            "name_unfit",
            f"A name has 1 to {MAX_NAME_CHARS} visible characters.",
            "Choose another name.",
        )
    return fitting


def is_storable(text: str) -> bool:
    """Whether a text has neither control characters nor lone surrogates, which no database takes."""
    if text.isascii() and text.isprintable():
        return True
    return not any(unicodedata.category(sign) in _UNSTORABLE for sign in text)


def visible(text: str) -> str:
    """Return what a till says of its program, short and without what cannot be shown."""
    return "".join(sign for sign in text[:MAX_VERSION_CHARS] if sign.isprintable())
