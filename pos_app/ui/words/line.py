"""One line of a list, in words: what a place has to say, before any widget paints it."""

from msgspec import Struct


class Line(Struct, frozen=True, kw_only=True):
    """One line: ``title`` over ``note`` at the left, ``value`` at the right, a sign before them.

    ``heading`` lines stand over others, ``plain`` ones are only read (``part``: below the one before); all other
    lines can be picked. ``tone`` (accept, ask, refuse, accent) says what the value means.
    """

    title: str
    note: str = ""
    value: str = ""
    sign: str = ""
    tone: str = ""
    heading: bool = False
    plain: bool = False
    part: bool = False
    faint: bool = False

    @property
    def pickable(self) -> bool:
        """Whether a person can pick it."""
        return not (self.heading or self.plain)
