"""Makes the demo film: codes held before a till's camera by hands."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pos_app.demo.film.canvas import CutOut
from pos_app.demo.film.carrier import draw_carrier
from pos_app.demo.film.motion import Hand, hold
from pos_app.demo.film.render import Look, compose, lit, steps_needed
from pos_app.demo.film.scene import HEIGHT, WIDTH, add_noise, draw_counter, noise_tile
from pos_app.demo.film.shot import Film, Manner, Shot, TimedShot
from pos_app.scanner.quiet import quiet_opencv
from pos_app.scanner.read import Image
from sync.rules.user_error import UserError

FPS = 30
QUALITY = 45
"""Of each picture's JPEG, 0 to 100: what a webcam at 720p sends over USB."""
GAP_S = 1.2
"""Nothing is shown for this long before, between and after shots: longer than the tracker waits."""
MAX_PACKING = 4
"""Pictures that wait for their compression while the next ones are drawn."""
SHUTTER = 0.4
"""The shutter is open for this share of the time between two pictures."""
_DIM_LIGHT, _BRIGHT_LIGHT = 0.34, 1.0
_FADE_S = 0.5

Progress = Callable[[int, int], None]
"""Called with the pictures done and the pictures in all."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One shot, ready to be rendered."""

    shot: Shot
    cut_out: CutOut
    hand: Hand
    start_s: float

    @property
    def end_s(self) -> float:
        return self.start_s + self.hand.duration_s

    @property
    def light(self) -> float:
        return _DIM_LIGHT if self.shot.manner is Manner.DIM else _BRIGHT_LIGHT


def make_film(path: Path, shots: Sequence[Shot], *, seed: int = 1, progress: Progress | None = None) -> Film:
    """Write a film (MJPG in AVI, 1280 × 720, 30 a second) that shows each shot once, with gaps between.

    The same shots and seed give the same pictures. Raises ``UserError`` ``film_not_written`` when the
    file cannot be made or read back.
    """
    quiet_opencv()
    rng = np.random.default_rng(seed)
    background, tile = draw_counter(rng), noise_tile(rng)
    parts = _parts(shots, rng)
    total = round(((parts[-1].end_s if parts else 0) + GAP_S) * FPS)
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT)
    )
    if not writer.isOpened():
        raise _not_written(path)
    try:
        writer.set(cv2.VIDEOWRITER_PROP_QUALITY, QUALITY)
        with ThreadPoolExecutor(1) as press:
            packing: deque[Future[None]] = deque()
            for done, picture in enumerate(_pictures(parts, total, background), start=1):
                noisy = add_noise(picture.pixels, tile, picture.noise, rng)
                packing.append(press.submit(_pack, writer, noisy))
                if len(packing) > MAX_PACKING:
                    packing.popleft().result()
                if progress is not None:
                    progress(done, total)
            for waiting in packing:
                waiting.result()
    finally:
        writer.release()
    _check_written(path, total)
    timed = tuple(TimedShot(part.shot, part.start_s, part.end_s) for part in parts)
    return Film(path, timed, total / FPS)


@dataclass(frozen=True, slots=True)
class _Picture:
    pixels: Image
    noise: float


def _pack(writer: cv2.VideoWriter, picture: Image) -> None:
    writer.write(picture)


def _parts(shots: Sequence[Shot], rng: np.random.Generator) -> list[_Part]:
    parts: list[_Part] = []
    start_s = GAP_S
    for shot in shots:
        part = _Part(shot, draw_carrier(shot, rng), hold(shot.manner, rng), start_s)
        parts.append(part)
        start_s = part.end_s + GAP_S
    return parts


def _pictures(parts: Sequence[_Part], total: int, background: Image) -> Iterator[_Picture]:
    for number in range(total):
        at_s = number / FPS
        light = _light(parts, at_s)
        noise = 1.3 + 7.0 * (_BRIGHT_LIGHT - light)
        part = next((part for part in parts if part.start_s <= at_s < part.end_s), None)
        if part is None:
            yield _Picture(lit(background, light), noise)
            continue
        open_s = at_s - part.start_s
        shut_s = open_s + SHUTTER / FPS
        count = steps_needed(part.hand.pose(open_s), part.hand.pose(shut_s))
        poses = [part.hand.pose(float(moment)) for moment in np.linspace(open_s, shut_s, count)]
        yield _Picture(compose(background, part.cut_out, poses, Look(_defocus(part, open_s), light)), noise)


def _light(parts: Sequence[_Part], at_s: float) -> float:
    """Return the light of the shot that is on or comes next, faded before it begins."""
    before = parts[0].light if parts else _BRIGHT_LIGHT
    for part in parts:
        if at_s < part.end_s:
            faded = np.clip((at_s - (part.start_s - _FADE_S)) / _FADE_S, 0, 1)
            return float(before + (part.light - before) * faded)
        before = part.light
    return before


def _defocus(part: _Part, at_s: float) -> float:
    """Return the blur: the lens searches for the thing, and does not quite find it in an unfocused shot."""
    sharpest, widest = (1.9, 7.0) if part.shot.manner is Manner.UNFOCUSED else (0.6, 2.4)
    searching = max(0.0, 1 - at_s / (0.5 * part.hand.duration_s))
    return sharpest + (widest - sharpest) * searching**2


def _check_written(path: Path, total: int) -> None:
    film = cv2.VideoCapture(str(path))
    written = int(film.get(cv2.CAP_PROP_FRAME_COUNT)) if film.isOpened() and film.read()[0] else 0
    film.release()
    if written != total:
        raise _not_written(path)


def _not_written(path: Path) -> UserError:
    return UserError(
        "film_not_written",
        f"The demo film {path.name} could not be written to {path.parent}.",
        "Check that the folder exists, that you may write there and that the disk is not full.",
    )
