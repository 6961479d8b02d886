"""A check character over any alphabet of even size (Luhn modulo N): every single wrong character is found.

Of the swaps of two neighbours it finds all but those of the first and the last sign of the alphabet.
"""


def check_character(body: str, alphabet: str) -> str:
    """Return the character that belongs behind a body; raises ``ValueError`` for a foreign character."""
    return alphabet[-_sum(body, alphabet, doubled_from_end=0) % len(alphabet)]


def is_checked(body_and_check: str, alphabet: str) -> bool:
    """Whether the last character is the check character of those before it."""
    if any(sign not in alphabet for sign in body_and_check) or not body_and_check:
        return False
    return _sum(body_and_check, alphabet, doubled_from_end=1) % len(alphabet) == 0


def _sum(text: str, alphabet: str, *, doubled_from_end: int) -> int:
    """Add the signs' values, every other one doubled and its two places added together."""
    size = len(alphabet)
    total = 0
    for index, sign in enumerate(reversed(text)):
        value = alphabet.index(sign)
        if index % 2 == doubled_from_end:
            value *= 2
            value = value // size + value % size
        total += value
    return total
