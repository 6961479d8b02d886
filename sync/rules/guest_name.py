"""Names of people as they are searched and compared: without case, accents and punctuation."""

import unicodedata
from collections.abc import Sequence

MAX_SEARCHED_CHARS = 200
_MARKS = frozenset({"Mn", "Me"})
_SHORT = 4
"""Shorter names than this are only the same when they are written the same."""


def name_tokens(text: str) -> tuple[str, ...]:
    """Return the words of a name, folded: ``Müller-Ёлкина`` is ``("muller", "елкина")``."""
    spread = unicodedata.normalize("NFKD", text[:MAX_SEARCHED_CHARS].casefold())
    kept = "".join(
        sign if sign.isalnum() else " " for sign in spread if unicodedata.category(sign) not in _MARKS
    )
    return tuple(kept.split())


def nearly_same_name(one: str, other: str) -> bool:
    """Whether two names may well be one person's: the same words in any order, but for slips of a key."""
    return nearly_same_words(name_tokens(one), name_tokens(other))


def nearly_same_words(ours: Sequence[str], others: Sequence[str]) -> bool:
    """Compare two names that are folded to their words already."""
    theirs = list(others)
    if not ours or len(ours) != len(theirs):
        return False
    for token in ours:
        twin = next((each for each in theirs if each == token), None)
        twin = twin or next((each for each in theirs if _one_slip(token, each)), None)
        if twin is None:
            return False
        theirs.remove(twin)
    return True


def _one_slip(one: str, other: str) -> bool:
    """Whether one sign was changed, left out or added, or two neighbours changed places."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORT or len(long) - len(short) > 1:
        return False
    if short[-1] != long[-1] and short[:-2] != long[: len(short) - 2]:
        # The one slip is at the end, and there is another: said at once, for most names differ so.
        return False
    head = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[head:] == long[head + 1 :]
    if short[head + 1 :] == long[head + 1 :]:
        return True
    swapped = long[head : head + 2][::-1]
    return short[head : head + 2] == swapped and short[head + 2 :] == long[head + 2 :]
