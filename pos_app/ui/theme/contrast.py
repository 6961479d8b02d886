"""How well text can be read: the contrast ratio of WCAG 2.2, and the pairs of tokens that carry text."""

from pos_app.ui.theme.tokens import Tokens

TEXT_RATIO = 4.5
"""Least contrast of text (WCAG 2.2, success criterion 1.4.3)."""
SIGN_RATIO = 3.0
"""Least contrast of icons and of borders that carry meaning (WCAG 2.2, success criterion 1.4.11)."""

_KNEE = 0.04045

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in ("text", "muted") for ground in ("ground", "surface", "raised", "pressed")),
    *((f"on_{name}", name) for name in ("accent", "accept", "ask", "refuse")),
    *((f"{name}_text", f"{name}_soft") for name in ("accent", "accept", "ask", "refuse")),
    *((f"{name}_text", "surface") for name in ("accent", "accept", "ask", "refuse")),
    *(("text", f"{name}_soft") for name in ("accent", "accept", "ask", "refuse")),
    ("on_accent", "accent_pressed"),
)
"""Every (text, ground) pair that the stylesheet and the widgets use."""

SIGN_PAIRS: tuple[tuple[str, str], ...] = (
    ("outline", "surface"),
    ("outline", "ground"),
    ("accent", "surface"),
    ("accent", "ground"),
)
"""Every (sign, ground) pair: borders of fields, the focus ring."""


def luminance(colour: str) -> float:
    """Return the relative luminance (0 to 1) of an ``#rrggbb`` colour."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= _KNEE else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio (1 to 21) of two ``#rrggbb`` colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def failures(tokens: Tokens) -> list[str]:
    """Name every pair of a theme that is too weak, with its ratio."""
    wanted = [(pair, TEXT_RATIO) for pair in TEXT_PAIRS] + [(pair, SIGN_RATIO) for pair in SIGN_PAIRS]
    weak = []
    for (front, ground), least in wanted:
        ratio = contrast(getattr(tokens, front), getattr(tokens, ground))
        if ratio < least:
            weak.append(f"{tokens.name}: {front} on {ground} has {ratio:.2f}, needs {least}")
    return weak
