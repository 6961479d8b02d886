"""One picture of a camera or film, as it goes from the thread that fetches to the one that searches."""

from enum import Enum

from msgspec import Struct

from pos_app.scanner.read import Image


class Frame(Struct, frozen=True):
    """One picture. ``at_ms`` is when it was fetched (``time.monotonic`` in milliseconds).

    ``number`` counts every picture that the source delivered from 1, so a gap tells how many were
    dropped.
    """

    image: Image
    at_ms: float
    number: int


class Nothing(Enum):
    """Why there is no picture."""

    NONE_YET = "none yet"
    ENDED = "ended"
