"""A film that stands in for a camera: what lies before the till, second after second."""

from pathlib import Path

import cv2
import numpy as np

from pos_app.scanner.read import Image
from pos_app.scanner.sources import CameraSource, film_source

FPS = 25
WIDTH, HEIGHT = 1280, 720


def laid_down(thing: Image) -> Image:
    """Lay a grey picture into the middle of what a camera sees; what does not fit is made smaller."""
    scale = min(1.0, 0.9 * HEIGHT / thing.shape[0], 0.9 * WIDTH / thing.shape[1])
    size = (round(thing.shape[1] * scale), round(thing.shape[0] * scale))
    fitted = cv2.resize(thing, size, interpolation=cv2.INTER_AREA)
    table = np.full((HEIGHT, WIDTH), 120, np.uint8)
    top, left = (HEIGHT - size[1]) // 2, (WIDTH - size[0]) // 2
    table[top : top + size[1], left : left + size[0]] = fitted
    return np.asarray(cv2.cvtColor(table, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def film_of(path: Path, thing: Image) -> CameraSource:
    """Film a grey picture for a second; a till that watches it sees it again and again."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    frame = laid_down(thing)
    for _ in range(FPS):
        writer.write(frame)
    writer.release()
    return film_source(path)
