"""How a hand holds something in front of a camera: where it is at each moment."""

from dataclasses import dataclass
from math import cos, pi, sin, tau

import numpy as np
import numpy.typing as npt

from pos_app.demo.film.scene import HEIGHT, WIDTH
from pos_app.demo.film.shot import Manner

FOCAL_PX = 1150.0
"""Focal length of the film's camera, in pixels: a webcam with some 58 degrees across."""
ENTER_S = 0.4
LEAVE_S = 0.35
BELOW = 1350.0
"""How far below its place a hand begins, in pixels: far enough that nothing of it can be seen."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the middle of the code is (pixels), its scale, and its turns (radians)."""

    x: float
    y: float
    scale: float
    roll: float
    yaw: float
    pitch: float

    def matrix(self, anchor: tuple[float, float]) -> Matrix:
        """Return the 3 × 3 matrix from the plane of a thing, whose code stands at ``anchor``, to the picture."""
        cr, sr, cy, sy = cos(self.roll), sin(self.roll), cos(self.yaw), sin(self.yaw)
        cp, sp = cos(self.pitch), sin(self.pitch)
        first = np.array((cr * cy, sr * cp + cr * sy * sp, sr * sp - cr * sy * cp)) * self.scale
        second = np.array((-sr * cy, cr * cp - sr * sy * sp, cr * sp + sr * sy * cp)) * self.scale
        place = np.array((self.x - WIDTH / 2, self.y - HEIGHT / 2, FOCAL_PX))
        camera = np.array(((FOCAL_PX, 0, WIDTH / 2), (0, FOCAL_PX, HEIGHT / 2), (0, 0, 1)))
        shift = np.array(((1, 0, -anchor[0]), (0, 1, -anchor[1]), (0, 0, 1)))
        matrix: Matrix = camera @ np.column_stack((first, second, place)) @ shift
        return matrix


@dataclass(frozen=True, slots=True)
class Hand:
    """One showing: the pose it rests in and how it shakes, waves and comes and goes."""

    rest: Pose
    duration_s: float
    wave_px: float
    wave_hz: float
    shake: tuple[float, float, float]
    from_x: float

    def pose(self, at_s: float) -> Pose:
        """Return the pose at a time counted from the moment the hand begins to come in."""
        away = _away(at_s, self.duration_s)
        wave = sin(tau * self.wave_hz * at_s)
        one, two, three = self.shake
        drift = sin(tau * 0.6 * at_s + one), sin(tau * 1.1 * at_s + two), sin(tau * 1.7 * at_s + three)
        return Pose(
            x=self.rest.x + self.wave_px * wave + 7 * drift[0] + 2 * drift[2] + away * self.from_x,
            y=self.rest.y
            + 0.25 * self.wave_px * sin(tau * self.wave_hz * 0.5 * at_s)
            + 6 * drift[1]
            + away * BELOW,
            scale=self.rest.scale * (1 + 0.025 * drift[0]),
            roll=self.rest.roll + 0.02 * drift[1] + 0.0006 * self.wave_px * wave + 0.3 * away,
            yaw=self.rest.yaw + 0.05 * drift[2],
            pitch=self.rest.pitch + 0.04 * drift[0],
        )


def hold(manner: Manner, rng: np.random.Generator) -> Hand:
    """Choose how a hand shows something in this manner."""
    tilted = manner is Manner.TILTED
    side = int(rng.choice((-1, 1)))
    scale = {Manner.FAR: 0.42, Manner.TILTED: 0.78}.get(manner, 0.7)
    rest = Pose(
        x=WIDTH / 2 + float(rng.uniform(-110, 110)),
        y=(300 if manner is Manner.FAR else 320) + float(rng.uniform(-25, 25)),
        scale=scale * float(rng.uniform(0.95, 1.05)),
        roll=side * float(rng.uniform(0.25, 0.4) if tilted else rng.uniform(0.02, 0.14)),
        yaw=side * float(rng.uniform(0.55, 0.7) if tilted else rng.uniform(-0.15, 0.2)),
        pitch=float(rng.uniform(-0.45, -0.3) if tilted else rng.uniform(-0.2, 0.05)),
    )
    waving = manner is Manner.WAVING
    return Hand(
        rest=rest,
        duration_s=float(rng.uniform(2.0, 2.5)),
        wave_px=float(rng.uniform(90, 120)) if waving else 0,
        wave_hz=float(rng.uniform(0.9, 1.1)),
        shake=tuple(rng.uniform(0, tau, 3).tolist()),
        from_x=float(rng.uniform(-160, 260)),
    )


def _away(at_s: float, duration_s: float) -> float:
    """Return 1 while the hand is out of the picture, 0 while it is at rest, eased between."""
    left_s = duration_s - at_s
    part = min(at_s / ENTER_S, left_s / LEAVE_S, 1.0)
    return 1.0 if part <= 0 else 0.5 + 0.5 * cos(pi * part)
