"""Camera pictures in which a code is hard to read, made from a seed: what a hand and a lens do to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import qrcode

from pos_app.demo.film.motion import Pose
from pos_app.demo.film.scene import HEIGHT, WIDTH, draw_counter
from pos_app.scanner.read import Image

ALPHABET = np.array(list("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
_MODULE = 12
"""Side of a module in the code's own plane, in pixels, before it is put into the picture."""


@dataclass(frozen=True, slots=True)
class Degraded:
    """One picture, what its code says, and what was done to it."""

    image: Image
    text: str
    harm: str


def degraded_pictures(seed: int, count: int) -> Iterator[Degraded]:
    """Make this many pictures, each kind of harm in turn, of a strength drawn by the seed."""
    rng = np.random.default_rng(seed)
    counter = draw_counter(rng)
    kinds = list(HARMS)
    for number in range(count):
        yield _picture(counter, kinds[number % len(kinds)], rng)


def _picture(counter: Image, harm: str, rng: np.random.Generator) -> Degraded:
    text = "".join(rng.choice(ALPHABET, int(rng.integers(6, 28))))
    symbol = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    symbol.add_data(text)
    modules = np.where(np.array(symbol.get_matrix()), 30, 240).astype(np.uint8)
    side = modules.shape[0]
    code = cv2.resize(modules, None, fx=_MODULE, fy=_MODULE, interpolation=cv2.INTER_NEAREST)
    module_px = float(rng.uniform(1.4, 2.2) if harm == "size" else rng.uniform(3.5, 7))
    tilt = float(rng.uniform(0.7, 1.1)) if harm == "tilt" else float(rng.uniform(0, 0.25))
    pose = Pose(
        x=float(rng.uniform(400, WIDTH - 400)), y=float(rng.uniform(280, HEIGHT - 280)),
        scale=module_px / _MODULE, roll=float(rng.uniform(-0.5, 0.5)),
        yaw=tilt * float(rng.choice((-1, 1))), pitch=float(rng.uniform(-0.2, 0.2)),
    )  # fmt: skip
    middle = side * _MODULE / 2
    # Twice the size, then averaged down: a lens averages, a plain warp would leave stairs.
    double = np.diag((2.0, 2.0, 1.0)) @ pose.matrix((middle, middle))
    big = cv2.resize(counter, (2 * WIDTH, 2 * HEIGHT))
    sheet = cv2.cvtColor(np.asarray(code), cv2.COLOR_GRAY2BGR)
    cv2.warpPerspective(sheet, double, (2 * WIDTH, 2 * HEIGHT), dst=big, borderMode=cv2.BORDER_TRANSPARENT)
    picture = np.asarray(cv2.resize(big, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    harmed = HARMS[harm](picture, module_px, pose, rng)
    noisy = harmed.astype(np.float32) + rng.normal(0, 2.0, harmed.shape)
    return Degraded(_bytes(noisy), text, harm)


def _bytes(picture: npt.NDArray[np.floating]) -> Image:
    clipped: Image = np.clip(picture, 0, 255).astype(np.uint8)
    return clipped


def _none(picture: Image, _module_px: float, _pose: Pose, _rng: np.random.Generator) -> Image:
    return picture


def _motion(picture: Image, module_px: float, _pose: Pose, rng: np.random.Generator) -> Image:
    length = module_px * float(rng.uniform(0.6, 1.7))
    angle = float(rng.uniform(0, np.pi))
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    reach = np.array((np.cos(angle), np.sin(angle))) * length / 2
    start, end = ((np.array((half, half)) + sign * reach) * 16 for sign in (-1, 1))
    cv2.line(kernel, start.astype(int).tolist(), end.astype(int).tolist(), (1,), 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), dtype=np.uint8)


def _defocus(picture: Image, module_px: float, _pose: Pose, rng: np.random.Generator) -> Image:
    sigma = module_px * float(rng.uniform(0.3, 0.62))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.uint8)


def _low_light(picture: Image, _module_px: float, _pose: Pose, rng: np.random.Generator) -> Image:
    dark = picture.astype(np.float32) * float(rng.uniform(0.08, 0.3))
    return _bytes(dark + rng.normal(0, float(rng.uniform(5, 11)), dark.shape))


def _glare(picture: Image, module_px: float, pose: Pose, rng: np.random.Generator) -> Image:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    reach = module_px * float(rng.uniform(2, 6))
    off = rng.uniform(-12, 12, 2) * module_px
    peak = float(rng.uniform(80, 300))
    light = peak * np.exp(-((x - pose.x - off[0]) ** 2 + (y - pose.y - off[1]) ** 2) / (2 * reach**2))
    return _bytes(picture.astype(np.float32) * 0.8 + light[:, :, None])


def _jpeg(picture: Image, _module_px: float, _pose: Pose, rng: np.random.Generator) -> Image:
    small = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(1, 8))])[1]
    return np.asarray(cv2.imdecode(small, cv2.IMREAD_COLOR), dtype=np.uint8)


def _moire(picture: Image, module_px: float, _pose: Pose, rng: np.random.Generator) -> Image:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    angle, period = float(rng.uniform(0, np.pi)), module_px * float(rng.uniform(0.8, 2.5))
    wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
    return _bytes(picture.astype(np.float32) + wave[:, :, None] * float(rng.uniform(50, 110)))


Harm = Callable[[Image, float, Pose, np.random.Generator], Image]
HARMS: dict[str, Harm] = {
    "size": _none, "tilt": _none, "motion": _motion, "defocus": _defocus,
    "low light": _low_light, "glare": _glare, "jpeg": _jpeg, "moire": _moire,
}  # fmt: skip
