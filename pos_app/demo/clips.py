"""Short films for the guided tour: one sample each, made in the background and shown when the story wants it."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from pos_app.demo.film.make import make_film
from pos_app.demo.film.shot import Shot
from pos_app.demo.stage import FILM_SEED, HANDS, Sample

MAKING_S = 120.0


class ClipShelf:
    """Makes clips one after another on a thread of its own; a sample that is shown twice is filmed once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="clips")
        self._ordered: dict[str, Future[Path]] = {}

    def order(self, sample: Sample) -> None:
        """Put a sample on the list of what is made next."""
        if sample.text not in self._ordered:
            number = len(self._ordered)
            self._ordered[sample.text] = self._maker.submit(self._make, sample, number)

    def take(self, sample: Sample) -> Path:
        """Return the film of a sample, waiting for it if it is still being made."""
        self.order(sample)
        return self._ordered[sample.text].result(MAKING_S)

    def close(self) -> None:
        """Make nothing more."""
        self._maker.shutdown(cancel_futures=True)

    def _make(self, sample: Sample, number: int) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        carrier, manner = HANDS[number % len(HANDS)]
        path = self._folder / f"{number:02d}.avi"
        make_film(path, [Shot(sample.name, sample.text, carrier, manner)], seed=FILM_SEED + number)
        return path
