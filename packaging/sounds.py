"""Make the till's sounds: `python packaging/sounds.py` writes resources/sounds/*.wav, always the same bytes.

Each verdict has a rhythm of its own, so that it is told by ear without knowing pitches: accept rises in two
quick notes, ask repeats one note, refuse is one low buzz, done is a chord of three.
"""

import array
import math
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

RATE = 22_050
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sounds"
_LOUDEST = 0.8 * 32_767
_ATTACK_S = 0.006
_PARTIALS = ((1, 1.0), (2, 0.28), (3, 0.10))
"""A bare sine is thin and hard to locate; three partials sound like a small bell."""
_BUZZ = ((1, 1.0), (2, 0.6), (3, 0.5), (5, 0.3))


@dataclass(frozen=True)
class Note:
    """A tone from an instant on, in seconds and Hz; it dies away over its length."""

    at: float
    pitch: float
    length: float
    buzz: bool = False


SOUNDS = {
    "accept": (Note(0.0, 784, 0.12), Note(0.085, 1175, 0.26)),
    "ask": (Note(0.0, 659, 0.13), Note(0.17, 659, 0.24)),
    "refuse": (Note(0.0, 175, 0.42, buzz=True), Note(0.0, 185, 0.42, buzz=True)),
    "done": (Note(0.0, 523, 0.30), Note(0.075, 659, 0.32), Note(0.15, 784, 0.46)),
}


def main() -> int:
    """Write every sound."""
    FOLDER.mkdir(exist_ok=True)
    for name, notes in SOUNDS.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(_samples(notes))
    print(f"{len(SOUNDS)} sounds in {FOLDER}")
    return 0


def _samples(notes: tuple[Note, ...]) -> bytes:
    length = max(note.at + note.length for note in notes)
    values = [sum(_at(note, number / RATE) for note in notes) for number in range(round(length * RATE))]
    loudest = max(map(abs, values))
    samples = array.array("h", (round(value / loudest * _LOUDEST) for value in values))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _at(note: Note, instant: float) -> float:
    """Return how far a note swings at an instant."""
    since = instant - note.at
    if not 0 <= since < note.length:
        return 0.0
    rise = min(1.0, since / _ATTACK_S)
    fall = (1 - since / note.length) ** (1 if note.buzz else 2)
    partials = _BUZZ if note.buzz else _PARTIALS
    swing = sum(share * math.sin(2 * math.pi * note.pitch * times * since) for times, share in partials)
    return rise * fall * swing


if __name__ == "__main__":
    raise SystemExit(main())
