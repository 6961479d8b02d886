"""Pictures that keep a reader busy for long though little or nothing is to be read, made from a seed.

Fields of finder patterns, sheets of codes, whole, broken and out of focus, blocks like modules, noise, newsprint,
bar codes, halftone dots, stripes over stripes and rings: as large as a camera's picture, and as a part of one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import qrcode

from pos_app.demo.film.scene import HEIGHT, WIDTH
from pos_app.scanner.read import Image

DARK, LIGHT, TABLE = 20, 240, 200
_LEFT, _TOP = 300, 100
_PARTS = (480, 240)
"""Sides of the square that is also shown alone on an empty table, in pixels."""
_FINDER = np.pad(np.pad(np.ones((3, 3)), 1), 1, constant_values=1)


@dataclass(frozen=True, slots=True)
class Busy:
    """One grey picture and what it shows."""

    image: Image
    name: str


def adversarial_pictures(seed: int) -> Iterator[Busy]:
    """Make each kind, as a whole picture and in parts of two sizes."""
    rng = np.random.default_rng(seed)
    for name, image in _wholes(rng):
        yield Busy(image, name)
        for side in _PARTS:
            table = np.full_like(image, TABLE)
            there = np.s_[_TOP : _TOP + side, _LEFT : _LEFT + side]
            table[there] = image[there]
            yield Busy(table, f"{name}, {side} pixels")


def _wholes(rng: np.random.Generator) -> Iterator[tuple[str, Image]]:
    for gap in (3, 10, 20):
        yield (
            f"finder patterns {gap} apart",
            _field(np.pad(_grey(_FINDER), ((0, gap), (0, gap)), constant_values=LIGHT), 3),
        )
    yield "finder patterns of all sizes", _scattered(rng)
    for box in (2, 3, 5):
        yield f"codes of {box} pixels a module", _sheet(rng, box, harm="")
        yield f"broken codes of {box} pixels a module", _sheet(rng, box, harm="broken")
        yield f"blurred codes of {box} pixels a module", _sheet(rng, box, harm="blurred")
    for side in (1, 3, 4, 8):
        yield f"blocks of {side}", _field(_grey(rng.integers(0, 2, (HEIGHT // side, WIDTH // side))), side)
    yield "noise", rng.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
    for scale in (0.35, 0.6):
        yield f"newsprint {scale}", _newsprint(rng, scale)
    yield "bar codes", _field(_grey(np.tile(np.repeat(rng.integers(0, 2, WIDTH // 2), 2), (HEIGHT, 1))), 1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    for period in (4, 7, 11):
        angle = float(rng.uniform(0, np.pi))
        first = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
        second = np.sin(2 * np.pi * (x * np.cos(angle + 0.1) + y * np.sin(angle + 0.1)) / (period * 1.05))
        yield f"moire {period}", np.clip(128 + 120 * first * second, 0, 255).astype(np.uint8)
    yield "rings", _grey(np.hypot(y - HEIGHT / 2, x - WIDTH / 2) // 6 % 2)
    yield "chequers", _grey((y // 5 + x // 5) % 2)
    radius = np.kron(rng.uniform(1, 5, (HEIGHT // 8, WIDTH // 8)), np.ones((8, 8)))
    yield "halftone", _grey(np.hypot(y % 8 - 3.5, x % 8 - 3.5) < radius)


def _grey(dark: npt.ArrayLike) -> Image:
    return np.where(np.asarray(dark) > 0, DARK, LIGHT).astype(np.uint8)


def _field(tile: Image, scale: int) -> Image:
    """Cover a picture with a tile, each of its pixels so large."""
    tile = np.kron(tile, np.ones((scale, scale), np.uint8))
    rows, columns = -(-HEIGHT // tile.shape[0]), -(-WIDTH // tile.shape[1])
    return np.ascontiguousarray(np.tile(tile, (rows, columns))[:HEIGHT, :WIDTH])


def _scattered(rng: np.random.Generator) -> Image:
    picture = np.full((HEIGHT, WIDTH), LIGHT, np.uint8)
    for _ in range(120):
        pattern = np.kron(_grey(_FINDER), np.ones([int(rng.integers(2, 8))] * 2, np.uint8))
        side = len(pattern)
        y, x = int(rng.integers(0, HEIGHT - side)), int(rng.integers(0, WIDTH - side))
        picture[y : y + side, x : x + side] = pattern
    return picture


def _sheet(rng: np.random.Generator, box: int, *, harm: str) -> Image:
    """Lay out as many different codes as there is room for."""
    picture = np.full((HEIGHT, WIDTH), LIGHT, np.uint8)
    side = 29 * box
    for y in range(0, HEIGHT - side, side):
        for x in range(0, WIDTH - side, side):
            symbol = qrcode.QRCode(version=1, error_correction=qrcode.ERROR_CORRECT_M, border=4)
            symbol.add_data(f"C{int(rng.integers(1 << 30))}")
            modules = np.array(symbol.get_matrix())
            if harm == "broken":
                modules[12:25, 12:25] = rng.integers(0, 2, (13, 13))
            picture[y : y + side, x : x + side] = np.kron(_grey(modules), np.ones((box, box), np.uint8))
    if harm == "blurred":
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), box * 0.75), dtype=np.uint8)
    return picture


def _newsprint(rng: np.random.Generator, scale: float) -> Image:
    picture = np.full((HEIGHT, WIDTH), LIGHT, np.uint8)
    letters = list("abcdefghijklmnopqrstuvwxyz   BDOQ08#")
    height, room = int(30 * scale) + 4, int(WIDTH / (18 * scale))
    for y in range(height, HEIGHT, height):
        line = "".join(rng.choice(letters, room))
        cv2.putText(picture, line, (4, y), cv2.FONT_HERSHEY_SIMPLEX, scale, (DARK,), 1, cv2.LINE_AA)
    return picture
