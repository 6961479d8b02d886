"""How the face is dressed right now: which theme, and how large."""

from functools import lru_cache
from typing import Protocol, TypeGuard

from msgspec import Struct
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme.tokens import LIGHT, Tokens

FAMILIES = ("Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")
"""System fonts in the order in which they suit the screen; Qt takes the first that is installed."""

TOUCH = 48
"""Least side of anything that a finger is to hit, in pixels before scaling."""

COMPACT_HEIGHT = 720
"""Below this many scaled pixels of height the screens leave out what a cashier can do without."""

_DESIGN_WIDTH, _DESIGN_HEIGHT = 1280, 820
_STEP = 8
_LARGEST = 4.0


class Look(Struct, frozen=True, kw_only=True):
    """A theme at a size. ``scale`` 1 is a 1024×600 touch screen; 4K comes out near 3."""

    tokens: Tokens = LIGHT
    scale: float = 1.0
    compact: bool = False

    def px(self, pixels: float) -> int:
        """Return a length of the design in pixels of this screen."""
        return round(pixels * self.scale)

    def size(self, pixels: float) -> QSize:
        """Return a square of the design on this screen."""
        return QSize(self.px(pixels), self.px(pixels))

    def font(self, pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the face's font at ``pixels`` of the design, with figures of one width."""
        return QFont(_font(self.px(pixels), weight))


@lru_cache(maxsize=64)
def _font(pixels: int, weight: QFont.Weight) -> QFont:
    """Make a font once: whatever paints asks for it each time, and making one takes a third of a millisecond."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def look_for(tokens: Tokens, width: int, height: int, zoom: float = 1.0) -> Look:
    """Choose the size for a window: it grows with the window in steps of an eighth, never below 1.

    ``zoom`` is the person's own wish on top of it (1 to 2).
    """
    fitting = min(width / _DESIGN_WIDTH, height / _DESIGN_HEIGHT)
    stepped = int(fitting * _STEP) / _STEP
    scale = min(max(stepped, 1.0) * zoom, _LARGEST)
    return Look(tokens=tokens, scale=scale, compact=height / scale < COMPACT_HEIGHT)


class Dressed(Protocol):
    """A widget with sizes or colours that a stylesheet cannot reach."""

    def dress(self, look: Look) -> None:
        """Take on the look."""


class Spoken(Protocol):
    """A widget with texts."""

    def speak(self) -> None:
        """Set every text again, in the language that is now installed."""


def dress_all(root: QWidget, look: Look) -> None:
    """Put a look on a widget and on everything in it."""
    for widget in (root, *root.findChildren(QWidget)):
        if _is_dressed(widget):
            widget.dress(look)


def speak_all(root: QWidget) -> None:
    """Say every text of what is in a widget again, in the language that is now installed."""
    for widget in root.findChildren(QWidget):
        if _is_spoken(widget):
            widget.speak()


# Python compares an object with a protocol name by name, which takes a tenth of a millisecond; there are a
# thousand widgets.


def _is_dressed(widget: object) -> TypeGuard[Dressed]:
    return hasattr(type(widget), "dress")


def _is_spoken(widget: object) -> TypeGuard[Spoken]:
    return hasattr(type(widget), "speak")
