"""What a planted bug is: one line of production code replaced by another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plant:
    """One line replaced by one line. ``story`` says what goes wrong in the world."""

    name: str
    file: str
    old: str
    new: str
    story: str
