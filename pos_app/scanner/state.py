"""How a source of pictures is doing, for a person."""

from enum import Enum

from msgspec import Struct

from pos_app.scanner.capture_settings import NO_ABILITIES, Abilities


class SourceState(Enum):
    """The states a camera or film goes through."""

    OPENING = "opening"
    LIVE = "live"
    LOST = "lost"
    UNREADABLE = "unreadable"
    ENDED = "ended"


class StateNews(Struct, frozen=True):
    """A change of state: ``sentence`` says what happened, ``advice`` what to do (empty when nothing).

    ``LOST`` heals by itself: the source is tried again until it is back or the loop is stopped.
    ``UNREADABLE`` (a film that is none) and ``ENDED`` (a film played once) are final. ``abilities`` come
    with ``LIVE``.
    """

    state: SourceState
    source: str
    sentence: str
    advice: str = ""
    abilities: Abilities = NO_ABILITIES
