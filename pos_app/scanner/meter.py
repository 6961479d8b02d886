"""How well a camera reads just now, and the one thing that would make it read better."""

from collections import deque
from enum import Enum

from msgspec import Struct

from pos_app.scanner.quality import Quality

WINDOW_MS = 2000.0
"""What is said is about the last two seconds."""
MAX_MEASURED = 600
"""Pictures kept: two seconds of the fastest camera."""
ENOUGH = 5
"""Pictures before anything is said."""
DARK, BRIGHT = 45.0, 235.0
"""Mean grey. A code is half black and half white, so one in good light lies between 90 and 170."""
GLARING = 0.03
"""Share of a code that drowns in glare before it is lost: about as much as its error correction mends."""
BLURRED_PX = 2.2
"""Blur (standard deviation, pixels) from which codes of a usual size are lost."""
SMALL_PX = 90.0
"""Side of a code, in pixels, below which its modules are too small: 25 of them and three and a half pixels each."""
SLOW_FPS = 8.0
GOOD_RATE = 0.9
JUST_NOW_MS = 700.0
"""Codes are read well when this share of the pictures of so long was read: sooner than two seconds tell it."""


class Advice(Enum):
    """What to do, the most urgent first."""

    WAIT = "wait"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    GLARE = "glare"
    TOO_FAR = "too_far"
    OUT_OF_FOCUS = "out_of_focus"
    TOO_SLOW = "too_slow"
    SHOW_A_CODE = "show_a_code"
    HOLD_STILL = "hold_still"
    GOOD = "good"


class Reading(Struct, frozen=True):
    """The last two seconds: pictures a second, the share of them (0 to 1) in which a code was read, advice."""

    fps: float
    rate: float
    advice: Advice


class Meter:
    """Fed with every measured picture; times are milliseconds of one clock."""

    def __init__(self) -> None:
        self._measured: deque[tuple[float, Quality]] = deque(maxlen=MAX_MEASURED)

    def feed(self, quality: Quality, at_ms: float) -> None:
        """Take one picture."""
        self._measured.append((at_ms, quality))
        while at_ms - self._measured[0][0] > WINDOW_MS:
            self._measured.popleft()

    def forget(self) -> None:
        """Begin anew, as after another camera was chosen."""
        self._measured.clear()

    def reading(self) -> Reading:
        """Say how it stands."""
        count = len(self._measured)
        if count < ENOUGH:
            return Reading(0.0, 0.0, Advice.WAIT)
        spent_ms = self._measured[-1][0] - self._measured[0][0]
        fps = (count - 1) * 1000 / spent_ms if spent_ms > 0 else 0.0
        pictures = [quality for _, quality in self._measured]
        rate = sum(quality.read for quality in pictures) / count
        newest_ms = self._measured[-1][0]
        just_now = [quality.read for at_ms, quality in self._measured if newest_ms - at_ms <= JUST_NOW_MS]
        well = len(just_now) >= ENOUGH and sum(just_now) >= GOOD_RATE * len(just_now)
        return Reading(fps, rate, _advice(pictures, fps, well=well))


def _advice(pictures: list[Quality], fps: float, *, well: bool) -> Advice:
    if well:
        return Advice.TOO_SLOW if fps < SLOW_FPS else Advice.GOOD
    brightness = _middle([quality.brightness for quality in pictures])
    blurs = [quality.blur_px for quality in pictures if quality.blur_px is not None]
    sides = [quality.code_px for quality in pictures if quality.code_px]
    checks = (
        (brightness < DARK, Advice.TOO_DARK),
        (brightness > BRIGHT, Advice.TOO_BRIGHT),
        (_middle([quality.glare for quality in pictures]) > GLARING, Advice.GLARE),
        (bool(sides) and _middle(sides) < SMALL_PX, Advice.TOO_FAR),
        (bool(blurs) and _middle(blurs) > BLURRED_PX, Advice.OUT_OF_FOCUS),
        (fps < SLOW_FPS, Advice.TOO_SLOW),
        (not sides, Advice.SHOW_A_CODE),
    )
    return next((advice for holds, advice in checks if holds), Advice.HOLD_STILL)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
