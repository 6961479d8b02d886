"""The place the film is set in: a till counter in front of shelves, out of focus, and its light."""

import cv2
import numpy as np

from pos_app.scanner.read import Image

WIDTH, HEIGHT = 1280, 720
"""Size of the film's pictures, in pixels."""
COUNTER_TOP = 560
"""Where the counter begins, in pixels from the top."""
NOISE_SIGMA = 16.0
"""Standard deviation of the noise tile, in grey levels; pictures take a fraction of it."""
_NOISE_MARGIN = 64

Colour = tuple[int, int, int]
"""Blue, green, red."""

_GOODS: tuple[Colour, ...] = (
    (48, 76, 132), (60, 110, 70), (40, 52, 150), (96, 120, 168), (120, 86, 58), (70, 150, 190), (150, 150, 158),
)  # fmt: skip


def draw_counter(rng: np.random.Generator) -> Image:
    """Draw the empty counter: wall, shelves with goods, a lamp's glow, a machine, the counter's wood."""
    picture = _wall()
    for board in (150, 330):
        _shelf(picture, board, rng)
    _machine(picture)
    _lamps(picture)
    picture = _blur(picture, 11)
    _counter(picture, rng)
    return _vignette(_blur(picture, 2.5))


def noise_tile(rng: np.random.Generator) -> Image:
    """Make one tile of sensor noise around grey 128, a little larger than a picture, to be shifted."""
    shape = (HEIGHT + _NOISE_MARGIN, WIDTH + _NOISE_MARGIN, 3)
    grain = rng.normal(0, NOISE_SIGMA * 2, shape).astype(np.float32)
    return np.clip(128 + cv2.GaussianBlur(grain, (0, 0), 0.7), 0, 255).astype(np.uint8)


def add_noise(picture: Image, tile: Image, sigma: float, rng: np.random.Generator) -> Image:
    """Lay the tile over the picture at a random shift, with a standard deviation of ``sigma``."""
    y, x = rng.integers(0, _NOISE_MARGIN, 2)
    part = tile[y : y + HEIGHT, x : x + WIDTH]
    share = sigma / NOISE_SIGMA
    return np.asarray(cv2.addWeighted(picture, 1, part, share, -128 * share), dtype=np.uint8)


def _wall() -> Image:
    down = np.linspace(1.05, 0.72, HEIGHT)[:, None, None]
    across = (1 - 0.25 * np.abs(np.linspace(-0.7, 1.0, WIDTH)) ** 1.5)[None, :, None]
    return np.clip(np.array((138, 164, 186)) * down * across, 0, 255).astype(np.uint8)


def _shelf(picture: Image, board: int, rng: np.random.Generator) -> None:
    """Put a board at this height with bottles, jars and cups on it."""
    x = 300
    while x < WIDTH:
        width, height = int(rng.integers(26, 62)), int(rng.integers(45, 120))
        colour = _GOODS[int(rng.integers(len(_GOODS)))]
        cv2.rectangle(picture, (x, board - height), (x + width, board), colour, cv2.FILLED)
        if rng.integers(2):
            neck = width // 3
            cv2.rectangle(
                picture,
                (x + neck, board - height - 32),
                (x + width - neck, board - height),
                colour,
                cv2.FILLED,
            )
        label = tuple(int(min(255, channel + 90)) for channel in colour)
        cv2.rectangle(picture, (x, board - height // 2), (x + width, board - height // 4), label, cv2.FILLED)
        x += width + int(rng.integers(6, 40))
    cv2.rectangle(picture, (290, board), (WIDTH, board + 16), (52, 78, 108), cv2.FILLED)


def _machine(picture: Image) -> None:
    """Stand a coffee machine at the left."""
    cv2.rectangle(picture, (30, 170), (262, COUNTER_TOP), (66, 66, 70), cv2.FILLED)
    cv2.rectangle(picture, (30, 170), (262, 235), (150, 150, 154), cv2.FILLED)
    cv2.rectangle(picture, (70, 300), (222, 470), (38, 38, 40), cv2.FILLED)
    cv2.circle(picture, (146, 204), 18, (60, 60, 200), cv2.FILLED)
    cv2.rectangle(picture, (126, 410), (166, 470), (220, 224, 228), cv2.FILLED)


def _lamps(picture: Image) -> None:
    for x, radius in ((430, 46), (790, 60), (1130, 42)):
        cv2.circle(picture, (x, 12), radius, (190, 232, 255), cv2.FILLED)


def _counter(picture: Image, rng: np.random.Generator) -> None:
    """Lay the counter's wood over the lower part, with its grain and a lit edge."""
    height = HEIGHT - COUNTER_TOP
    grain = rng.normal(0, 1, (height, 1)) * 3 + cv2.GaussianBlur(
        rng.normal(0, 26, (height, WIDTH)).astype(np.float32), (0, 0), 24, sigmaY=1.2
    )
    light = np.linspace(0.82, 1.12, height)[:, None]
    wood = np.array((62, 98, 142)) * light[:, :, None] + grain[:, :, None]
    picture[COUNTER_TOP:] = np.clip(wood, 0, 255).astype(np.uint8)
    cv2.line(picture, (0, COUNTER_TOP), (WIDTH, COUNTER_TOP), (120, 160, 196), 5)


def _vignette(picture: Image) -> Image:
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    shade = 1 - 0.22 * (x * x + y * y) / 2
    shaded: Image = np.clip(picture * shade[:, :, None], 0, 255).astype(np.uint8)
    return shaded


def _blur(picture: Image, sigma: float) -> Image:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.uint8)
