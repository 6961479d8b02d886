"""Which letters a printer has: its code page, and the plain signs that stand in for finer ones."""

IMAGE = "image"
"""No letters at all: every line is drawn as a picture."""

CODE_PAGES = ("cp437", "cp850", "cp852", "cp858", "cp866", "cp1251", "cp1252")
"""Code pages that can be chosen, named as Python's codecs; cp866 and cp1251 hold Cyrillic letters."""

_PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2212": "-",
        "–": "-",
        "—": "-",
        "×": "x",
        "…": "...",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "·": "*",
    }
)


def plain(text: str) -> str:
    """Write a text with the signs that every code page has, where a fine one has a plain stand-in."""
    return text.translate(_PLAIN)


def has_letters(code_page: str, text: str) -> bool:
    """Whether a code page can write a text that is plain already."""
    try:
        text.encode(code_page)
    except UnicodeEncodeError:
        return False
    return True
