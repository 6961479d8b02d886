"""What a demo film shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Carrier(Enum):
    """What the code is printed or shown on."""

    PAPER = "paper"
    PHONE = "phone"


class Manner(Enum):
    """How it is held into the picture."""

    STEADY = "steady"
    WAVING = "waving"
    TILTED = "tilted"
    UNFOCUSED = "unfocused"
    DIM = "dim"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Shot:
    """One code shown to the camera: ``label`` stands beside it in print, ``text`` is in the QR code."""

    label: str
    text: str
    carrier: Carrier = Carrier.PAPER
    manner: Manner = Manner.STEADY


@dataclass(frozen=True, slots=True)
class TimedShot:
    """A shot and when any part of it can be seen, in seconds from the start of the film."""

    shot: Shot
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Film:
    """A film file and what it shows, in order."""

    path: Path
    shots: tuple[TimedShot, ...]
    duration_s: float


def varied_shots(codes: Sequence[tuple[str, str]]) -> list[Shot]:
    """Show each (label, text) once, in every manner in turn, on paper and on phones."""
    manners, carriers = list(Manner), list(Carrier)
    return [
        Shot(
            label,
            text,
            carriers[(number + number // len(manners)) % len(carriers)],
            manners[number % len(manners)],
        )
        for number, (label, text) in enumerate(codes)
    ]
