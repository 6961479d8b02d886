"""What stands on the keys of the screen: pages of letters and signs, row by row."""

from enum import StrEnum


class Page(StrEnum):
    """What the keys show."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    ACCENTS = "accents"
    SIGNS = "signs"


FIGURES = "1234567890"
ROWS = {
    Page.LATIN: ("qwertyuiop", "asdfghjkl'", "zxcvbnm,.-"),
    Page.CYRILLIC: ("йцукенгшщзхъ", "фывапролджэ-", "ячсмитьбюё."),
    Page.ACCENTS: ("äáàâåæãąčćç", "éèêëęíîïłñń", "öóôøõßśšúüž"),
    Page.SIGNS: ("@#№&%+-=/\\_", "()[]{}<>|~^*", ".,:;!?'\"`€₽"),
}
"""Below the figures, which every page has. A keyboard's own order, so that hands which know one find the keys."""
MOST = 12
"""Keys in one row at most: on the smallest screen each is as wide as a finger."""


def capital(sign: str) -> str:
    """Return a sign's capital; one that has none stays (the capital of ß would be two letters)."""
    upper = sign.upper()
    return upper if len(upper) == 1 else sign
