"""Which form a noun takes beside a number, in each language of the product, counted as Qt's Linguist does."""

_TEENS = range(11, 15)
_FEW = range(2, 5)


def english_form(count: int) -> int:
    """Return which English form a number takes: 0 for one, 1 for every other."""
    return 0 if abs(count) == 1 else 1


def russian_form(count: int) -> int:
    """Return which Russian form a number takes: 0 for 1 код, 1 for 2 кода, 2 for 5 кодов; its sign is no matter."""
    last, last_two = abs(count) % 10, abs(count) % 100
    if last_two in _TEENS:
        return 2
    if last == 1:
        return 0
    return 1 if last in _FEW else 2
