"""The one normalisation by which codes are compared.

A code is looked up by its exact text first and by its folded text second. Both forms are total: any
``str`` that a scanner, a keyboard or a web form can produce has one, lone surrogates included.
"""

import unicodedata

MAX_CODE_CHARS = 4_000
"""What is looked at of one text. No code that is issued comes near it, so that a longer text, cut here,
can never equal one."""

_DROPPED_CATEGORIES = frozenset({"Cc", "Cf"})

# What looks the same on paper or on a screen becomes the same sign. Cyrillic and Greek capitals are here
# because a keyboard left on another layout types them, and nobody can see the difference.
_LOOK_ALIKES = str.maketrans(
    {
        "O": "0",
        "I": "1",
        "L": "1",
        **dict(zip("АВЕКМНРСТУХЅЈԚԜ", "ABEKMHPCTYXSJQW", strict=True)),
        **dict(zip("ОІӀ", "011", strict=True)),
        **dict(zip("ΑΒΕΖΗΚΜΝΡΤΥΧ", "ABEZHKMNPTYX", strict=True)),
        **dict(zip("ΟΙ", "01", strict=True)),
    }
)
_ASCII_FOLD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "_": None})
_SEPARATOR_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Pd", "Pc"})


def exact(text: str) -> str:
    """Return the text without control and invisible characters and outer white space, in NFC."""
    shown = text[:MAX_CODE_CHARS]
    if shown.isascii() and shown.isprintable():
        return shown.strip()
    seen = "".join(sign for sign in shown if unicodedata.category(sign) not in _DROPPED_CATEGORIES)
    return unicodedata.normalize("NFC", seen)[:MAX_CODE_CHARS].strip()


def fold(text: str) -> str:
    """Return the text as it is compared when the exact text is not found.

    NFKC, upper case, without spaces, dashes and underscores, look-alikes merged (O and 0, I, L and 1,
    Cyrillic and Greek capitals with their Latin twins). Folding a folded text changes nothing.
    """
    folded = exact(text)
    if folded.isascii():
        return folded.upper().translate(_ASCII_FOLD)
    # Upper case undoes NFKC in places (ŉ, U+0345), and so does a look-alike before an accent; hence thrice.
    raised = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).upper())
    kept = "".join(
        sign
        for sign in raised
        if unicodedata.category(sign) not in _SEPARATOR_CATEGORIES
        and unicodedata.category(sign) not in _DROPPED_CATEGORIES
    )
    return unicodedata.normalize("NFKC", kept.translate(_LOOK_ALIKES))[:MAX_CODE_CHARS]
